import { renameSync, statSync, symlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import type { Context } from '#src/context';
import { openDb, openPool } from '#src/db/client';
import { type Play, until, untilSeen } from '../play.js';
import { isUnderWay, type Stage } from '../stage.js';
import { cutConnections, killOne } from './processes.js';

/**
 * Where there is `prlimit` (Linux): no file of the cluster may grow beyond the place where its log is just being written. It hears EFBIG, root or
 * not, and does what it does at ENOSPC: it panics, panics again where its recovery has to write, and so on, or gives up.
 */
export const walDiskPlays = {
  'Postgres has no room for its log': { postgres: true, strike: noRoomForLog },
} satisfies Record<string, Play>;

/**
 * Where there is `/dev/full`: the ledger's file, while it is empty, is that. Everything else is written, but no outcome finds a page: the kernel says
 * ENOSPC, Postgres 53100.
 */
export const fullTablePlays = {
  'Postgres has no room for outcomes': { postgres: true, beforehand: fillUp, strike: noRoomForOutcomes },
} satisfies Record<string, Play>;

/** An operator makes room after a while and starts what has ended. */
async function noRoomForLog(stage: Stage): Promise<void> {
  const { ctx, chance, postgres, databaseUrl } = stage;
  if (!postgres) return;
  await untilSeen(stage, 20 + chance.below(60));
  const observer = new pg.Client({ connectionString: databaseUrl });
  await observer.connect();
  let hasCrashed = false;
  observer.on('error', () => undefined);
  observer.on('end', () => (hasCrashed = true));
  const limit = Math.max(leastRoom, await placeInLog(ctx)) + chance.below(8_192);
  if (!(await isUnderWay(stage))) return observer.end();
  postgres.limitFiles(limit);
  if (chance.next() < 0.5) killOne(stage);
  await until(async () => hasCrashed || !(await isUnderWay(stage)));
  if (hasCrashed) stage.struck += 1; // nobody else ends the observer's connection
  await wait(500 + chance.below(2_500));
  if (!(await comesBack(stage, 10_000))) postgres.stopImmediately(); // and is started anew
  if (!(await comesBack(stage, 60_000))) throw new Error('Postgres does not come back, though there is room');
  if (!hasCrashed) await observer.end();
}

const leastRoom = 16_384; // the control file and the postmaster's note are smaller
const segmentBytes = 16_777_216;

/** Bytes into the segment that is written now: a new one, where the end of the old one is so near that it would come first. */
async function placeInLog({ db }: Context): Promise<number> {
  const place = async (): Promise<number> => {
    const { rows } = await sql<{ bytes: number }>`
      SELECT ((pg_current_wal_insert_lsn() - '0/0'::pg_lsn) % ${segmentBytes})::integer AS bytes`.execute(db);
    return rows[0]?.bytes ?? 0;
  };
  const bytes = await place();
  if (bytes < segmentBytes - 1_000_000) return bytes;
  await sql`SELECT pg_switch_wal()`.execute(db);
  return place();
}

/** There is room now; a server that has not ended goes on by itself. */
function comesBack({ ctx, postgres }: Stage, withinMs: number): Promise<boolean> {
  return until(async () => {
    postgres?.limitFiles('unlimited');
    await postgres?.revive();
    return answers(ctx);
  }, withinMs);
}

async function answers({ db }: Context): Promise<boolean> {
  return sql`SELECT 1`.execute(db).then(
    () => true,
    () => false,
  );
}

/** Outcomes wait in memory and in the journals, and are written when there is room. */
async function noRoomForOutcomes(stage: Stage): Promise<void> {
  const { ctx, chance } = stage;
  await untilSeen(stage, 60 + chance.below(120));
  if (chance.next() < 0.5) killOne(stage);
  await wait(500 + chance.below(2_500));
  if (await isRefused(stage)) stage.struck += 1;
  for (const file of await ledgerFiles(ctx)) renameSync(`${file}.kept`, file);
  await closeFiles(ctx);
}

async function fillUp(ctx: Context): Promise<void> {
  for (const file of await ledgerFiles(ctx)) {
    if (statSync(file).size > 0) throw new Error('the ledger is not empty');
    renameSync(file, `${file}.kept`);
    symlinkSync('/dev/full', file);
  }
  await closeFiles(ctx);
}

/** By a session of its own that ends too: nobody has the other file open any more. */
async function closeFiles({ config }: Context): Promise<void> {
  const pool = openPool(config.databaseUrl, { max: 1, name: 'operator', onLost: () => undefined });
  await cutConnections({ db: openDb(pool) });
  await pool.end();
}

async function ledgerFiles({ db }: Context): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`
    SELECT current_setting('data_directory') || '/' || pg_relation_filepath(inhrelid) AS path FROM pg_inherits
    WHERE inhparent = 'outcome'::regclass`.execute(db);
  return rows.map(({ path }) => path);
}

async function isRefused({ ctx, digestId }: Stage): Promise<boolean> {
  const writing = ctx.db.transaction().execute(async (tx) => {
    await sql`INSERT INTO outcome (digest_id, subscriber_id, pass, content_version, slice, state, at)
      VALUES (${digestId}, 0, 0, 1, 0, 'waiting', now())`.execute(tx);
    throw new Error('there is room');
  });
  return writing.catch((error: { code?: string }) => error.code === '53100');
}
