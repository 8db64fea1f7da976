import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import type { Environment } from '#src/config';
import { type DigestTotals, digestTotals } from '#src/outbox/ledger';
import { type Fleet, startFleet } from '../test/faults/fleet.js';
import { cpuSeconds, residentBytes } from './cpu.js';
import { addReaders, freezeDigest, letGo, type Newsletter, renderSample } from './digest.js';
import { secondsToFillHeap } from './freeze.js';
import { launch } from './launch.js';
import type { Sunk } from './sink.js';
import { openStage } from './stage.js';

/**
 * `npm run soak -- [--readers 1000000] [--signed]`: one digest to a million readers over a local sink, with a `kill -9` of the worker and an emptied
 * Redis in mid-send. Prints what it cost, and whether the sums are exact and nobody got two. A digest for 10,000 goes first, for its memory.
 */
const { values } = parseArgs({ options: { readers: { type: 'string', default: '1000000' }, signed: { type: 'boolean', default: false } } });
const readers = Number(values.readers);
const fewReaders = Math.min(10_000, readers);
const redisUrl = process.env['TEST_REDIS_URL'];
const pollMs = 500;

const stage = await openStage({ queue: redisUrl ? 'redis' : 'postgres' });
const { ctx } = stage;
const redis = redisUrl ? await openRedis(redisUrl) : null;
const sink = await launch('bench/sink');
const { port } = await sink.ask<Sunk>('count');
const environment: Environment = {
  ...stage.environment,
  SMTP_URL: `smtp://127.0.0.1:${port}?connections=8`,
  ...(values.signed ? signing() : {}),
};
const say = (line: string) => process.stderr.write(`${line}\n`);

say(`adding ${readers} readers …`);
await addReaders(ctx, 'israel-briefing-he', fewReaders);
await addReaders(ctx, 'israel-briefing', readers);
const few = await sendToAll('israel-briefing-he', fewReaders, []);
const sunkBefore = await sink.ask<Sunk>('forget');

const heapSeconds = await secondsToFillHeap(stage, 'israel-briefing', readers);
await sql`CHECKPOINT`.execute(ctx.db);
const [ledgerBefore, databaseBefore] = [await ledgerBytes(), await databaseBytes()];
const many = await sendToAll('israel-briefing', readers, [
  { at: 0.3, what: 'kill -9 of the worker', strike: async (fleet) => fleet.pids().forEach((pid) => fleet.kill(pid)) },
  { at: 0.6, what: 'FLUSHALL', strike: async () => void (await redis?.flushall()) },
]);
const sunk = await sink.ask<Sunk>('count');
const readersWithNone = readers - sunk.different;
const isExact =
  many.totals.accepted + many.totals.unknown === readers &&
  sunk.twice === 0 &&
  many.wrongSums === 0 &&
  readersWithNone <= many.totals.unknown;

console.log(
  JSON.stringify(
    {
      readers,
      signed: values.signed,
      queue: redis ? 'redis' : 'postgres',
      isExact,
      accepted: many.totals.accepted,
      unknown: many.totals.unknown,
      rejected: many.totals.rejected,
      skipped: many.totals.skipped,
      messagesAtTheSink: sunk.messages - sunkBefore.messages,
      readersWithTwo: sunk.twice,
      readersWithNone,
      pollsWithWrongSums: many.wrongSums,
      strokesPlayed: many.strokesPlayed,
      freezeSeconds: rounded(many.freezeSeconds, 2),
      freezeByAudienceIntoHeap: rounded(many.freezeSeconds / heapSeconds, 2),
      sendSeconds: rounded(many.seconds, 1),
      messagesPerSecond: Math.round(readers / many.seconds),
      cpuSecondsPerThousand: rounded(((many.senderSeconds + many.postgresSeconds + many.redisSeconds) / readers) * 1_000, 3),
      senderCpuSecondsPerThousand: rounded((many.senderSeconds / readers) * 1_000, 3),
      postgresCpuMicrosecondsPerDelivery: rounded((many.postgresSeconds / readers) * 1e6, 1),
      redisCpuMicrosecondsPerDelivery: rounded((many.redisSeconds / readers) * 1e6, 1),
      highestMemoryOfTheSenderMb: rounded(many.highestMemory / 1e6, 1),
      highestMemoryForFewMb: rounded(few.highestMemory / 1e6, 1),
      few: fewReaders,
      databaseMb: Math.round((await databaseBytes()) / 1e6),
      databaseBytesPerDelivery: Math.round(((await databaseBytes()) - databaseBefore) / readers),
      ledgerBytesPerDelivery: Math.round(((await ledgerBytes()) - ledgerBefore) / readers),
    },
    null,
    2,
  ),
);
process.exitCode = isExact ? 0 : 1;
redis?.disconnect();
await sink.stop();
await stage.close();

interface Stroke {
  /** The share of readers whose messages are accepted by then. */
  at: number;
  what: string;
  strike(fleet: Fleet): Promise<void>;
}

/** One digest by a fresh delivering process: what it cost, and how often the sums of the ledger were not those of its readers. */
async function sendToAll(newsletter: Newsletter, count: number, strokes: Stroke[]) {
  const variant = await renderSample(ctx, 'english-twelve-no-image');
  const frozenAt = performance.now();
  const digestId = await freezeDigest(ctx, newsletter, variant);
  const freezeSeconds = (performance.now() - frozenAt) / 1_000;
  await sql`ANALYZE`.execute(ctx.db);
  say(`${count} frozen in ${freezeSeconds.toFixed(1)} s`);
  const fleet = startFleet(1, environment, (line) => say(line.trimEnd()));
  const watched = watchFleet(fleet);
  const [postgresBefore, redisBefore, startedAt] = [stage.postgresCpu(), await redisSeconds(), performance.now()];
  const left = [...strokes];
  let wrongSums = 0;
  await letGo(ctx, digestId);
  let totals = await digestTotals(ctx.db, digestId);
  for (; isOpen(totals); totals = await digestTotals(ctx.db, digestId)) {
    await wait(pollMs);
    watched.look();
    if (sumOf(totals) !== count) wrongSums += 1;
    if (!left[0] || totals.accepted <= count * left[0].at) continue;
    say(`${totals.accepted} accepted: ${left[0].what}`);
    await left.shift()?.strike(fleet);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const [postgresSeconds, usedByRedis] = [stage.postgresCpu() - postgresBefore, (await redisSeconds()) - redisBefore];
  watched.look();
  await fleet.stop();
  const cost = { freezeSeconds, seconds, senderSeconds: watched.seconds(), postgresSeconds, redisSeconds: usedByRedis };
  return { ...cost, totals, wrongSums, highestMemory: watched.highestMemory(), strokesPlayed: strokes.length - left.length };
}

function isOpen({ waiting, sending, deferred }: DigestTotals): boolean {
  return waiting + sending + deferred > 0;
}

function sumOf({ waiting, sending, deferred, accepted, rejected, unknown, skipped }: DigestTotals): number {
  return waiting + sending + deferred + accepted + rejected + unknown + skipped;
}

/** Processor time and memory of processes that come and go; each counts as it was last seen. */
function watchFleet(fleet: Fleet) {
  const seconds = new Map<number, number>();
  let highest = 0;
  return {
    look() {
      for (const pid of fleet.pids()) {
        seconds.set(pid, cpuSeconds([pid]));
        highest = Math.max(highest, residentBytes(pid));
      }
    },
    seconds: () => [...seconds.values()].reduce((sum, one) => sum + one, 0),
    highestMemory: () => highest,
  };
}

async function databaseBytes(): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`SELECT pg_database_size(current_database()) AS bytes`.execute(ctx.db);
  return Number(rows[0]?.bytes);
}

/** Deliveries and outcomes, with their indexes. */
async function ledgerBytes(): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    SELECT sum(pg_total_relation_size(inhrelid)) AS bytes FROM pg_inherits
    WHERE inhparent IN ('delivery'::regclass, 'outcome'::regclass)`.execute(ctx.db);
  return Number(rows[0]?.bytes ?? 0);
}

async function redisSeconds(): Promise<number> {
  const used = ((await redis?.info('cpu')) ?? '').matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm);
  return [...used].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

async function openRedis(url: string): Promise<Redis> {
  const opened = new Redis(url);
  await once(opened, 'ready');
  return opened;
}

function signing(): Environment {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const DKIM_PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { DKIM_DOMAIN: 'news.example.org', DKIM_SELECTOR: 'bench', DKIM_PRIVATE_KEY };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
