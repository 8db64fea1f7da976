import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Context, openContext } from '#src/context';
import { digestTotals } from '#src/outbox/ledger';
import { testConfig } from '../support/config.js';
import { createDatabase } from '../support/database.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openWitness, type Witness } from '../support/witness.js';
import { type Fleet, startFleet } from './fleet.js';
import { type Chance, openChance } from './random.js';

/** What a round showed. `allowedUnknown`: connections that died with a marked dot, at the most. */
export interface RoundReport {
  seed: number;
  fault: string;
  readers: number;
  accepted: number;
  unknown: number;
  allowedUnknown: number;
  duplicates: number;
  missed: number;
  killed: number;
  seconds: number;
  /** Broken promises, in words; none is the only good answer. */
  faults: string[];
}

const connections = 4;
const leaseSeconds = 2;
const deadlineSeconds = 90; // I12

interface Stage {
  ctx: Context;
  witness: Witness;
  fleet: Fleet;
  chance: Chance;
  digestId: string;
  droppedAfterDot: number;
}

/** The faults of the table that a round may play; each is a few strokes while the digest is under way. */
export const plays = {
  nothing: async () => undefined,
  'kill -9 at random': (stage: Stage) => strokes(stage, 3, ({ fleet, chance }) => fleet.kill(chance.pick(fleet.pids()))),
  'SIGSTOP past the lease': (stage: Stage) =>
    strokes(stage, 2, ({ fleet, chance }) => fleet.freeze(chance.pick(fleet.pids()), leaseSeconds * 1_000 + 1_500)),
  'relay drops after the dot': async (stage: Stage) => {
    stage.witness.behave = (step) => {
      if (step !== 'dot' || stage.chance.next() > 0.02) return undefined;
      stage.droppedAfterDot += 1;
      return 'drop';
    };
  },
  'relay drops before the dot': async ({ witness, chance }: Stage) => {
    witness.behave = (step) => (step !== 'dot' && chance.next() < 0.01 ? 'drop' : undefined);
  },
  'Postgres connections cut': (stage: Stage) => strokes(stage, 4, ({ ctx }) => cutConnections(ctx)),
  'queue emptied': (stage: Stage) => strokes(stage, 3, ({ ctx }) => emptyQueue(ctx)),
  'kill -9 and cut': (stage: Stage) =>
    strokes(stage, 4, async ({ ctx, fleet, chance }) => {
      fleet.kill(chance.pick(fleet.pids()));
      await cutConnections(ctx);
    }),
  'at the fail point': async () => undefined,
} as const;

export type Play = keyof typeof plays;
const failPoints = ['lease', 'leased', 'mark', 'dot', 'reply', 'flush', 'close'] as const;

export async function playRound(seed: number, wanted?: Play, readers = 600): Promise<RoundReport> {
  const chance = openChance(seed);
  const play = wanted ?? chance.pick(Object.keys(plays) as Play[]);
  const failPoint = play === 'at the fail point' ? `${chance.pick(failPoints)}:${1 + chance.below(play.length)}` : '';
  const database = await createDatabase();
  const witness = await openWitness();
  const smtp = `${witness.url}?connections=${connections}`;
  const config = testConfig(database.url, { SMTP_URL: smtp, BRIEFING_LEASE_SECONDS: String(leaseSeconds), LOG_LEVEL: 'fatal' });
  const ctx = openContext(config, 'test');
  const output: string[] = [];
  try {
    await addReaders(ctx, readers);
    const digestId = await freezeDigestFor(ctx);
    const startedAt = performance.now();
    const fleet = startFleet(2, environmentOf(config.dataDir, database.url, smtp, failPoint), (line) => output.push(line));
    const stage: Stage = { ctx, witness, fleet, chance, digestId, droppedAfterDot: 0 };
    const playing = plays[play](stage);
    const faults = await untilFinished(stage);
    await playing;
    await evidence(stage);
    await fleet.stop();
    const seconds = (performance.now() - startedAt) / 1_000;
    const report = await judge(stage, { seed, fault: failPoint || play, readers, seconds, faults });
    if (report.faults.length > 0) report.faults.push(...output.slice(-20));
    return report;
  } finally {
    await ctx.close();
    await witness.close();
    await database.drop();
  }
}

function environmentOf(dataDir: string, databaseUrl: string, smtpUrl: string, failPoint: string) {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    SMTP_URL: smtpUrl,
    SECRET_KEY: 'test-secret-key-test-secret-key-0001',
    BRIEFING_HASH_KEY: 'test-hash-key-test-hash-key-00000001',
    PUBLIC_URL: 'http://localhost:3000',
    MAIL_FROM: 'briefing@news.example.org',
    DATA_DIR: dataDir,
    BRIEFING_LEASE_SECONDS: String(leaseSeconds),
    BRIEFING_FAIL_POINT: failPoint,
    LOG_LEVEL: 'warn',
  };
}

/** Every 50 to 500 ms, once the first message has left. */
async function strokes(stage: Stage, count: number, stroke: (stage: Stage) => unknown): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (stage.witness.seen().length === 0 && Date.now() < deadline) await wait(10);
  for (let n = 0; n < count; n += 1) {
    await wait(50 + stage.chance.below(450));
    if (stage.fleet.pids().length > 0) await stroke(stage);
  }
}

async function cutConnections({ db }: Context): Promise<void> {
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`.execute(
    db,
  );
}

async function emptyQueue({ db }: Context): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'bullmq' AND tablename NOT LIKE '%migration%'`.execute(
    db,
  );
  for (const { name } of rows) await sql`DELETE FROM ${sql.raw(name)}`.execute(db).catch(() => undefined);
}

/** Looks at the sums all the while: they must be exact at every moment, not only in the end. */
async function untilFinished({ ctx, digestId }: Stage): Promise<string[]> {
  const faults: string[] = [];
  const deadline = Date.now() + deadlineSeconds * 1_000;
  for (;;) {
    const totals = await digestTotals(ctx.db, digestId).catch(() => null); // our own connection may be cut too
    if (totals) {
      const { frozen, waiting, sending, deferred, accepted, rejected, unknown, skipped } = totals;
      const sum = waiting + sending + deferred + accepted + rejected + unknown + skipped;
      if (sum !== frozen) faults.push(`the sum was ${sum} of ${frozen}`);
      if (waiting + sending + deferred === 0) return faults;
    }
    if (Date.now() > deadline) return [...faults, `not finished after ${deadlineSeconds} s: ${JSON.stringify(totals)}`];
    await wait(100);
  }
}

/** A process that slept past its lease comes back with answers: what it proves must settle the unknowns that its sleep made. */
async function evidence({ ctx, fleet, digestId, droppedAfterDot }: Stage): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const totals = await digestTotals(ctx.db, digestId).catch(() => null);
    if (totals && totals.unknown <= droppedAfterDot + fleet.killed() * connections && totals.frozen === totals.accepted + totals.unknown)
      return;
    await wait(100);
  }
}

async function judge(
  { ctx, witness, fleet, digestId, droppedAfterDot }: Stage,
  round: Pick<RoundReport, 'seed' | 'fault' | 'readers' | 'seconds' | 'faults'>,
): Promise<RoundReport> {
  const totals = await digestTotals(ctx.db, digestId);
  const times = new Map<string, number>();
  for (const { to } of witness.seen()) times.set(to, (times.get(to) ?? 0) + 1);
  const { rows } = await sql<{ address: string; state: string }>`
    SELECT DISTINCT ON (outcome.subscriber_id) address, outcome.state FROM outcome JOIN subscriber ON subscriber.id = outcome.subscriber_id
    WHERE digest_id = ${digestId} ORDER BY outcome.subscriber_id, pass DESC`.execute(ctx.db);
  const faults = [...round.faults];
  const duplicates = [...times.values()].filter((count) => count > 1).length;
  const missed = rows.filter(({ address, state }) => state === 'accepted' && !times.has(address)).length + (round.readers - rows.length);
  const untold = rows.filter(({ address, state }) => times.has(address) && state !== 'accepted' && state !== 'unknown').length;
  const killed = fleet.killed();
  const allowedUnknown = droppedAfterDot + killed * connections;
  if (duplicates > 0) faults.push(`I1: ${duplicates} readers got more than one message`);
  if (missed > 0) faults.push(`I2, I3: ${missed} readers are missing or were not sent what the ledger says`);
  if (untold > 0) faults.push(`I3: ${untold} messages were taken that the ledger does not know of`);
  if (totals.unknown > allowedUnknown) faults.push(`I4: ${totals.unknown} unknown, at most ${allowedUnknown} allowed`);
  return { ...round, faults, accepted: totals.accepted, unknown: totals.unknown, allowedUnknown, duplicates, missed, killed };
}
