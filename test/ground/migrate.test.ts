import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PG_MIGRATE_LOCK_ID, runner } from 'node-pg-migrate';
import pg from 'pg';
import { migrate } from '#src/db/migrate';
import { projectFile } from '#src/project';
import { createDatabase } from '../support/database.js';

let database: Awaited<ReturnType<typeof createDatabase>>;
let other: pg.Client;
let said: string[];

/** A database as the version before left it: with 0009 and no more. `other` is a connection of somebody else's. */
beforeEach(async () => {
  database = await createDatabase({ template: 'template0' });
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const dir = projectFile('src/db/migrations');
  await runner({ databaseUrl: database.url, dir, direction: 'up', migrationsTable: 'migration', count: 9, logger: quiet });
  other = new pg.Client({ connectionString: database.url });
  await other.connect();
  said = [];
});
afterEach(async () => {
  await other.end();
  await database.drop();
});

const bringUp = (): Promise<void> => migrate(database.url, (line) => said.push(line));

async function applied(): Promise<string[]> {
  const { rows } = await other.query<{ name: string }>('SELECT name FROM migration ORDER BY id');
  return rows.map(({ name }) => name);
}

async function indexes(): Promise<string[]> {
  const { rows } = await other.query<{ name: string }>(`SELECT indexname AS name FROM pg_indexes WHERE tablename = 'outcome' ORDER BY 1`);
  return rows.map(({ name }) => name);
}

describe('a ledger that somebody reads for long', () => {
  test('gets its new indexes meanwhile, and keeps the one that they replace until nobody reads it', async () => {
    await other.query('BEGIN; SELECT FROM outcome LIMIT 1');
    await expect(bringUp()).rejects.toMatchObject({
      name: 'Refusal',
      code: 'unavailable',
      message: expect.stringMatching(/holds a table/),
    });
    expect(said).toEqual([expect.stringMatching(/Error executing:[^]*DROP INDEX[^]*lock timeout/)]);
    expect(await applied()).toContain('0012_count-together');
    expect(await indexes()).toEqual(expect.arrayContaining(['outcome_exceptional', 'outcome_refused', 'outcome_rejected']));
    await other.query('COMMIT');
    await bringUp();
    expect((await indexes()).filter((name) => /refused|rejected/.test(name))).toEqual(['outcome_rejected']);
  });

  test('is told of in one message without a stack by the program', async () => {
    await other.query('BEGIN; SELECT FROM outcome LIMIT 1');
    const env = { PATH: process.env['PATH'], DATABASE_URL: database.url, SMTP_URL: 'smtp://127.0.0.1:1', SECRET_KEY: 'x'.repeat(32) };
    const run = promisify(execFile)(process.execPath, [projectFile('dist/src/migrate.js')], { env });
    const stderr = expect.stringMatching(/lock timeout\s+Somebody holds a table that a migration changes [^\n]*\n$/);
    await expect(run).rejects.toMatchObject({ code: 1, stderr });
  });
});

test('a process that migrates while another does waits for it, longer than for a table', async () => {
  await other.query(`SELECT pg_advisory_lock(${PG_MIGRATE_LOCK_ID})`);
  const waiting = bringUp();
  await Promise.race([waiting, hasWaited('4 s')]);
  await other.query(`SELECT pg_advisory_unlock(${PG_MIGRATE_LOCK_ID})`);
  await waiting;
  expect(await applied()).toContain('0012_count-together');
});

async function hasWaited(span: string): Promise<void> {
  const waits = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event = 'advisory' AND clock_timestamp() - query_start > interval '${span}'`;
  for (const deadline = Date.now() + 10_000; (await other.query(waits)).rowCount === 0;) {
    if (Date.now() > deadline) throw new Error('Nobody waits for the advisory lock.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
