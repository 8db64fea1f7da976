import { expect, test } from '@jest/globals';
import { gather } from '#src/gather';

/** Doubles numbers, three at most at once, and refuses 13 together with whoever is in its company; what it was given, run by run. */
function doubling({ mayBeOf = true } = {}) {
  const runs: number[][] = [];
  const double = gather({
    most: 3,
    mayBeOf: () => mayBeOf,
    async work(numbers: readonly number[]) {
      runs.push([...numbers]);
      await new Promise(setImmediate);
      if (numbers.includes(13)) throw new Error('unlucky');
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

test('any other failure is everybody’s, once', async () => {
  const { runs, double } = doubling({ mayBeOf: false });
  expect(inWords(await Promise.allSettled([1, 13, 2].map(double)))).toEqual(['unlucky', 'unlucky', 'unlucky']);
  expect(runs).toEqual([[1, 13, 2]]);
  expect(await double(5)).toBe(10);
});
