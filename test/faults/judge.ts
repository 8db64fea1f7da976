import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { digestTotals } from '#src/outbox/ledger';
import { connections, type Stage } from './stage.js';

/** What a round showed. */
export interface RoundReport {
  seed: number;
  fault: string;
  readers: number;
  accepted: number;
  rejected: number;
  unknown: number;
  /** Connections that died with a marked dot, at the most. */
  allowedUnknown: number;
  duplicates: number;
  missed: number;
  killed: number;
  /** Faults that came in mid-send. */
  struck: number;
  seconds: number;
  /** Broken promises, in words; none is the only good answer. */
  faults: string[];
}

const deadlineSeconds = 90; // I12

/** Looks at the sums all the while: they must be exact at every moment, not only in the end. */
export async function untilFinished({ ctx, digestId, faults }: Stage): Promise<void> {
  const deadline = Date.now() + deadlineSeconds * 1_000;
  for (;;) {
    const totals = await digestTotals(ctx.db, digestId).catch(() => null); // our own connection may be cut too
    if (totals) {
      const { frozen, waiting, sending, deferred, accepted, rejected, unknown, skipped } = totals;
      const sum = waiting + sending + deferred + accepted + rejected + unknown + skipped;
      if (sum !== frozen) faults.push(`I2: the sum was ${sum} of ${frozen}`);
      if (waiting + sending + deferred === 0) return;
    }
    if (Date.now() > deadline) return void faults.push(`I12: not finished after ${deadlineSeconds} s: ${JSON.stringify(totals)}`);
    await wait(100);
  }
}

/** A process that slept past its lease comes back with answers: what it proves must settle the unknowns that its sleep made. */
export async function untilSettled(stage: Stage): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const totals = await digestTotals(stage.ctx.db, stage.digestId).catch(() => null);
    const isOpen = totals === null || totals.waiting + totals.sending + totals.deferred > 0;
    if (!isOpen && totals.unknown <= allowedUnknown(stage)) return;
    await wait(100);
  }
}

/** Knows the witnesses, the ledger and what the faults may have cost; nothing of how it was sent. */
export async function judge(stage: Stage, round: Pick<RoundReport, 'seed' | 'fault' | 'readers' | 'seconds'>): Promise<RoundReport> {
  const { ctx, digestId, witnesses, fleet } = stage;
  const totals = await digestTotals(ctx.db, digestId);
  const times = new Map<string, number>();
  for (const { to } of witnesses.flatMap((witness) => witness.seen())) times.set(to, (times.get(to) ?? 0) + 1);
  const { rows } = await sql<{ address: string; state: string }>`
    SELECT DISTINCT ON (outcome.subscriber_id) address, outcome.state FROM outcome JOIN subscriber ON subscriber.id = outcome.subscriber_id
    WHERE digest_id = ${digestId} ORDER BY outcome.subscriber_id, pass DESC`.execute(ctx.db);
  const duplicates = [...times].filter(([to, count]) => count > (stage.mayComeTwice.has(to) ? 2 : 1)).length;
  const missed = rows.filter(({ address, state }) => state === 'accepted' && !times.has(address)).length + (round.readers - rows.length);
  const untold = rows.filter(({ address, state }) => times.has(address) && state !== 'accepted' && state !== 'unknown').length;
  const report = { accepted: totals.accepted, rejected: totals.rejected, unknown: totals.unknown, duplicates, missed };
  const allowed = allowedUnknown(stage);
  const broken = [
    duplicates > 0 && `I1: ${duplicates} readers got more than one message`,
    missed > 0 && `I2, I3: ${missed} readers are missing or were not sent what the ledger says`,
    untold > 0 && `I3: ${untold} messages were taken that the ledger does not know of`,
    totals.unknown > allowed && `I4: ${totals.unknown} unknown, at most ${allowed} allowed`,
    totals.unknown !== (stage.mustBeUnknown ?? totals.unknown) && `I4: ${totals.unknown} unknown instead of ${stage.mustBeUnknown}`,
    totals.rejected !== stage.mustBeRejected && `I2: ${totals.rejected} rejected instead of ${stage.mustBeRejected}`,
    totals.accepted + totals.unknown + totals.rejected !== round.readers && `I2: ${JSON.stringify(totals)} for ${round.readers} readers`,
  ];
  const faults = [...stage.faults, ...broken.filter((fault) => fault !== false)];
  return { ...round, ...report, faults, allowedUnknown: allowed, killed: fleet.killed(), struck: stage.struck };
}

function allowedUnknown({ mayBeUnknown, fleet, witnesses }: Stage): number {
  return mayBeUnknown + fleet.killed() * connections * witnesses.length;
}
