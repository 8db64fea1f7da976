import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import type { Environment } from '#src/config';
import type { Context } from '#src/context';
import { digestTotals } from '#src/outbox/ledger';
import { startFleet } from '../test/faults/fleet.js';
import { cpuSeconds, residentBytes } from './cpu.js';
import { addReaders, freezeDigest, renderSample } from './digest.js';
import { launch } from './launch.js';
import type { Sunk } from './sink.js';
import { openStage } from './stage.js';

/**
 * `npm run soak -- [--readers 1000000]`: one digest to a million readers over a local sink, with a `kill -9` of the worker and an emptied Redis in
 * mid-send. Prints what it cost, and whether the sums are exact and nobody got two.
 */
const { values } = parseArgs({ options: { readers: { type: 'string', default: '1000000' } } });
const readers = Number(values.readers);
const redisUrl = process.env['TEST_REDIS_URL'];
const stage = await openStage({ queue: redisUrl ? 'redis' : 'postgres' });
const sink = await launch('bench/sink');
const { port } = await sink.ask<Sunk>('ready?');
const { ctx } = stage;
const dataDir = mkdtempSync(`${newFolder(process.env['DATA_DIR'] ?? '.data')}/soak-`);
const environment: Environment = { ...stage.environment, DATA_DIR: dataDir, SMTP_URL: `smtp://127.0.0.1:${port}?connections=8` };
const say = (line: string) => process.stderr.write(`${line}\n`);

say(`adding ${readers} readers …`);
await addReaders(ctx, 'israel-briefing', readers);
const variant = await renderSample(ctx, 'english-twelve-no-image');
const bytesBefore = await databaseBytes(ctx);
const frozenAt = performance.now();
const digestId = await freezeDigest(ctx, 'israel-briefing', variant);
const freezeSeconds = (performance.now() - frozenAt) / 1_000;
await sql`ANALYZE`.execute(ctx.db);
say(`frozen in ${freezeSeconds.toFixed(1)} s`);

const fleet = startFleet(1, environment, (line) => say(line.trimEnd()));
const postgresBefore = stage.postgresCpu();
const startedAt = performance.now();
await sql`UPDATE digest SET state = 'sending' WHERE id = ${digestId}`.execute(ctx.db);

let senderSeconds = 0; // of processes that have ended, and below of the living
let lastSeen = 0;
let highestMemory = 0;
let wrongSums = 0;
const strokes = [
  { at: 0.3, what: 'kill -9 of the worker', do: () => fleet.pids().forEach((pid) => fleet.kill(pid)) },
  { at: 0.6, what: 'FLUSHALL', do: emptyRedis },
];
for (;;) {
  await wait(500);
  const totals = await digestTotals(ctx.db, digestId);
  const { waiting, sending, deferred, accepted, rejected, unknown, skipped } = totals;
  if (waiting + sending + deferred + accepted + rejected + unknown + skipped !== readers) wrongSums += 1;
  const used = cpuSeconds(fleet.pids());
  if (used < lastSeen) senderSeconds += lastSeen;
  lastSeen = used;
  highestMemory = Math.max(highestMemory, ...fleet.pids().map(residentBytes));
  if (strokes[0] && accepted > readers * strokes[0].at) {
    const stroke = strokes.shift();
    say(`${accepted} accepted: ${stroke?.what}`);
    await Promise.resolve(stroke?.do());
  }
  if (waiting + sending + deferred === 0) break;
}
const seconds = (performance.now() - startedAt) / 1_000;
const totals = await digestTotals(ctx.db, digestId);
const sunk = await sink.ask<Sunk>('count');
const postgresSeconds = stage.postgresCpu() - postgresBefore;
const growth = (await databaseBytes(ctx)) - bytesBefore;
await fleet.stop();
await sink.stop();

console.log(
  JSON.stringify(
    {
      readers,
      accepted: totals.accepted,
      unknown: totals.unknown,
      rejected: totals.rejected,
      messagesAtTheSink: sunk.messages,
      readersWithTwo: sunk.twice,
      readersWithNone: readers - sunk.different,
      pollsWithWrongSums: wrongSums,
      freezeSeconds: Number(freezeSeconds.toFixed(1)),
      sendSeconds: Number(seconds.toFixed(1)),
      messagesPerSecond: Math.round(readers / seconds),
      senderCpuSecondsPerThousand: Number((((senderSeconds + lastSeen) / readers) * 1_000).toFixed(3)),
      postgresCpuMicrosecondsPerDelivery: Number(((postgresSeconds / readers) * 1e6).toFixed(1)),
      highestMemoryOfTheWorkerMb: Math.round(highestMemory / 1e6),
      ledgerBytesPerDelivery: Math.round(growth / readers),
      strokesPlayed: 2 - strokes.length,
      queue: redisUrl ? 'redis' : 'postgres',
    },
    null,
    2,
  ),
);
const isExact =
  totals.accepted + totals.unknown === readers && sunk.twice === 0 && wrongSums === 0 && readers - sunk.different <= totals.unknown;
process.exitCode = isExact ? 0 : 1;
await stage.close();

async function databaseBytes({ db }: Context): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`SELECT pg_database_size(current_database()) AS bytes`.execute(db);
  return Number(rows[0]?.bytes);
}

async function emptyRedis(): Promise<void> {
  if (!redisUrl) return;
  const redis = new Redis(redisUrl);
  await once(redis, 'ready');
  await redis.flushall();
  redis.disconnect();
}

function newFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
