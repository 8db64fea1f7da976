import { expect, test } from '@jest/globals';
import { gather } from '#src/gather';

/** Doubles numbers, three at most at once; refuses 13 and 17 together with whoever is in their company, and never answers for 99. What it was given, run by run. */
function doubling({ mayBeOf = (error: Error) => error.message === 'unlucky' } = {}) {
  const runs: number[][] = [];
  const double = gather({
    most: 3,
    withinMs: 200,
    mayBeOf: (error) => mayBeOf(error as Error),
    async work(numbers: readonly number[]) {
      runs.push([...numbers]);
      await new Promise(setImmediate);
      if (numbers.includes(99)) await new Promise(() => undefined);
      if (numbers.includes(13)) throw new Error('unlucky');
      if (numbers.includes(17)) throw new Error('away');
      return numbers.map((number) => number * 2);
    },
  });
  return { runs, double };
}

const inWords = (settled: PromiseSettledResult<number>[]) =>
  settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message));

test('calls of one moment are done together, so many at once, and each gets its own result', async () => {
  const { runs, double } = doubling();
  expect(await Promise.all([1, 2, 3, 4, 5].map(double))).toEqual([2, 4, 6, 8, 10]);
  expect(runs).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test('a call that comes alone is done alone, and one that comes while work is done goes with the next', async () => {
  const { runs, double } = doubling();
  expect(await double(1)).toBe(2);
  const late = double(2).then(() => [double(3), double(4)]);
  expect(await Promise.all(await late)).toEqual([6, 8]);
  expect(runs).toEqual([[1], [2], [3, 4]]);
});

test('a failure that may be of one of them is that one’s alone', async () => {
  const { runs, double } = doubling();
  expect(inWords(await Promise.allSettled([1, 13, 2].map(double)))).toEqual([2, 'unlucky', 4]);
  expect(runs).toEqual([[1, 13, 2], [1], [13], [2]]);
  expect(await double(5)).toBe(10);
});

test('any other failure is everybody’s, once: of those who wait as well', async () => {
  const { runs, double } = doubling();
  expect(inWords(await Promise.allSettled([1, 17, 2, 3, 4, 5, 6].map(double)))).toEqual(Array<string>(7).fill('away'));
  expect(runs).toEqual([[1, 17, 2]]);
  expect(await double(5)).toBe(10);
});

test('a failure of nobody ends the search for the one whose doing the first was', async () => {
  const { runs, double } = doubling();
  expect(inWords(await Promise.allSettled([13, 17, 1, 2].map(double)))).toEqual(['unlucky', 'away', 'away', 'away']);
  expect(runs).toEqual([[13, 17, 1], [13], [17]]);
});

test('work that gives no answer has failed in time, for those who wait too, and the next is done', async () => {
  const { runs, double } = doubling();
  const settled = await Promise.allSettled([1, 99, 2, 3, 4].map(double));
  expect(inWords(settled)).toEqual(Array<string>(5).fill('no answer within 200 ms'));
  expect(settled[0]).toMatchObject({ reason: { code: 'ETIMEDOUT' } });
  expect(runs).toEqual([[1, 99, 2]]);
  expect(await double(5)).toBe(10);
});
