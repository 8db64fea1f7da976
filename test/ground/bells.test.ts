import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Context, openContext } from '#src/context';
import { testConfig } from '../support/config.js';
import { createDatabase } from '../support/database.js';

let database: Awaited<ReturnType<typeof createDatabase>>;
let ctx: Context;
beforeEach(async () => {
  database = await createDatabase();
  ctx = openContext(testConfig(database.url), 'test');
});
afterEach(async () => {
  await ctx.close();
  await database.drop();
});

/** BullMQ numbers its jobs from one sequence. */
const jobs = async () => {
  const { rows } = await ctx.pool.query('SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS jobs FROM bullmq.job_seq');
  return Number((rows[0] as { jobs: string }).jobs);
};
const ring = (lane: 'transactional' | 'digest') => ctx.bells.ring('deliver', { lane });

test('a bell that many ring at once is two jobs: the first rings for itself, the rest share one', async () => {
  await Promise.all(Array.from({ length: 100 }, () => ring('transactional')));
  expect(await jobs()).toBe(2);
});

test('each bell rings by itself', async () => {
  await Promise.all([ring('transactional'), ring('digest')]);
  expect(await jobs()).toBe(2);
});

test('three rings, one after the other, are three jobs', async () => {
  await ring('digest');
  await ring('digest');
  await ring('digest');
  expect(await jobs()).toBe(3);
});

test('what was rung for is in the queue before the queue is closed', async () => {
  void ring('digest');
  void ring('digest');
  await ctx.close();
  ctx = openContext(testConfig(database.url), 'test');
  expect(await jobs()).toBe(2);
});
