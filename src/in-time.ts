/** Waits for `work`, at the longest for so many milliseconds. @throws with code ETIMEDOUT; the work itself goes on, unheard */
export async function inTime<Result>(work: Promise<Result>, withinMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = (): Error => Object.assign(new Error(`no answer within ${withinMs} ms`), { code: 'ETIMEDOUT' });
    timer = setTimeout(() => reject(error()), withinMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
