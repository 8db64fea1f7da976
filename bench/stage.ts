import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pino from 'pino';
import { type Environment, readConfig } from '#src/config';
import { type Context, openContext } from '#src/context';
import { cpuSeconds, machineSeconds, parentOf } from './cpu.js';
import { freePort } from './free-port.js';
import { createDatabase } from '../test/support/database.js';

export type QueueName = 'postgres' | 'redis';

/** What a benchmark stands on: a migrated database of its own, settings as in production, and the eyes that see who uses the machine. */
export interface Stage {
  ctx: Context;
  /** Settings of the processes that are measured. */
  environment: Environment;
  port: number;
  postgresCpu(): number;
  /** Runs a stretch that is measured; `otherCores`: what programs that are not ours used meanwhile. */
  watch<Result>(stretch: () => Promise<Result>): Promise<{ result: Result; otherCores: number }>;
  close(): Promise<void>;
}

export async function openStage({ queue = 'postgres', settings = {} }: { queue?: QueueName; settings?: Environment } = {}): Promise<Stage> {
  const database = await createDatabase();
  const port = await freePort();
  const dataDir = newDataDir();
  const environment: Environment = {
    NODE_ENV: process.env['NODE_ENV'] === 'test' ? 'test' : 'production', // production refuses the tests' Postgres, which writes unsafely
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    DATABASE_URL: database.url,
    SMTP_URL: 'smtp://127.0.0.1:9',
    SECRET_KEY: 'bench-secret-key-bench-secret-key-01',
    BRIEFING_HASH_KEY: 'bench-hash-key-bench-hash-key-000001',
    MAIL_FROM: 'briefing@news.example.org',
    POSTAL_ADDRESS: 'Israel Briefing, 1 Example Street, Jerusalem',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    ...(queue === 'redis' ? { REDIS_URL: process.env['TEST_REDIS_URL'] } : { BRIEFING_QUEUE: 'postgres' }),
    ...settings,
  };
  const log = pino({ level: 'warn' }, pino.destination(2)); // our own output is the report
  const ctx = openContext(readConfig(environment), 'bench', { log });
  const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(ctx.db);
  const postmaster = parentOf(rows[0]?.pid ?? 0);
  const ours = [process.ppid, postmaster]; // our parent started Postgres and Redis too

  return {
    ctx,
    environment,
    port,
    postgresCpu: () => cpuSeconds([postmaster]),
    async watch(stretch) {
      const [machine, own, startedAt] = [machineSeconds(), cpuSeconds(ours), performance.now()];
      const result = await stretch();
      const seconds = (performance.now() - startedAt) / 1_000;
      return { result, otherCores: Math.max(0, (machineSeconds() - machine - (cpuSeconds(ours) - own)) / seconds) };
    },
    async close() {
      await ctx.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Beside the other data of the clone: the journals must lie on a real disk. */
function newDataDir(): string {
  const home = process.env['DATA_DIR'] ?? tmpdir();
  mkdirSync(home, { recursive: true });
  return mkdtempSync(join(home, 'bench-'));
}
