import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { countRequests } from '#src/subscribers/count-requests';
import { forgetUnconfirmed } from '#src/subscribers/forget-unconfirmed';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

const minute = 60_000;
const of = (...buckets: [key: string, most: number][]) => ({
  windowMs: 10 * minute,
  buckets: buckets.map(([key, most]) => ({ key, most })),
});
const count = async (...requests: ReturnType<typeof of>[]) =>
  (await countRequests(app.ctx, requests)).map((counts) => counts.map(({ place, counted }) => `${place}:${counted}`).join(' '));
const stored = async () =>
  Object.fromEntries(
    (await app.ctx.pool.query('SELECT bucket, count FROM request_count')).rows.map(({ bucket, count: times }) => [bucket, times]),
  ) as Record<string, number>;

test('requests that are counted together are counted each', async () => {
  const [mine, yours] = [of(['mine', 9], ['house', 9], ['all', 9]), of(['yours', 9], ['all', 9])];
  expect(await count(mine, yours, mine)).toEqual(['1:1 2:1 3:2', '1:1 2:1', '1:2 2:2 3:3']);
  expect(await stored()).toEqual({ mine: 2, yours: 1, house: 2, all: 3 });
});

test('who is stopped by a full bucket is counted in none after it', async () => {
  const mine = of(['mine', 2], ['all', 100]);
  expect(await count(mine, mine, mine, mine)).toEqual(['1:1 2:1', '1:2 2:2', '1:3', '1:4']);
  expect(await count(mine, of(['yours', 2], ['all', 100]))).toEqual(['1:5', '1:1 2:3']);
  expect(await stored()).toEqual({ mine: 5, yours: 1, all: 3 });
});

test('a window that is over begins anew, for each bucket by itself', async () => {
  await count(of(['early', 9], ['both', 9]));
  app.clock.now = new Date(app.clock.now.getTime() + 6 * minute);
  await count(of(['late', 9]));
  app.clock.now = new Date(app.clock.now.getTime() + 5 * minute);
  expect(await count(of(['early', 9], ['both', 9]), of(['late', 9], ['both', 9]))).toEqual(['1:1 2:1', '1:2 2:2']);
});

test('many processes that count the same buckets in other orders, while old ones are deleted, never wait in a circle', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const one = (n: number) => of(...names.map((_, place): [string, number] => [names[(place * (1 + (n % 4)) + n) % 5] ?? '', 1_000_000]));
  await count(...names.map((_, n) => one(n)));
  app.clock.now = new Date(app.clock.now.getTime() + 11 * minute); // all of them are old
  const counting = Array.from({ length: 40 }, (_, n) => countRequests(app.ctx, [one(n), one(n + 1), one(n + 2)]));
  await Promise.all([...counting, forgetUnconfirmed(app.ctx), forgetUnconfirmed(app.ctx)]);
  expect(Object.values(await stored())).toEqual(names.map(() => 120));
});
