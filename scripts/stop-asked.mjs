const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Resolves when somebody asks us to stop; a second asking ends us at once, and the children with us, as their channel closes.
 * Under npm we also watch npm itself: after its `kill -9` nobody could reach us any more.
 * @returns {Promise<string>} what asked
 */
export function stopAsked() {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (/** @type {string} */ by) => {
      if (asked) process.exit(1);
      asked = true;
      resolve(by);
    };
    for (const signal of signals) process.on(signal, () => ask(signal));
    if (process.env.npm_lifecycle_event !== 'start') return;
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      ask('the end of npm');
    }, 500);
    watch.unref();
  });
}
