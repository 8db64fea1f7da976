import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '#src/config';
import { type Context, openContext } from '#src/context';
import { brakeDigests } from '#src/digests/brake-digests';
import { openOccasion } from '#src/digests/open-occasion';
import { publishDue } from '#src/digests/publish-due';
import { ringOccasions } from '#src/digests/ring-occasions';
import { runEntry, sayReady, stopGracefully } from '#src/entry';
import { suppressHardBounces } from '#src/feedback/suppress-hard-bounces';
import { syncSchedules } from '#src/newsletters/sync-schedules';
import { refuseUnfitGround } from '#src/refuse-unfit-ground';
import { remindUnconfirmed } from '#src/subscribers/remind-unconfirmed';
import { tidy } from '#workers/tidy';
import { runWorker } from '#workers/run-worker';

const tickMs = 1_000;
const lookAroundMs = 30_000;

/**
 * Entry: the clock. A timer looks into Postgres each second; the queue's schedulers ring at the schedules' hours. Either may be lost: the other
 * finds what is due, and the rows decide. Any number of clocks may run.
 */
await runEntry(async () => {
  const ctx = openContext(readConfig(), 'clock');
  await refuseUnfitGround(ctx);
  const worker = runWorker(ctx, 'clock', { openOccasion: (payload) => openOccasion(ctx, payload), tidy: () => tidy(ctx) });
  const stopping = new AbortController();
  const ticking = [
    repeat(ctx, stopping.signal, tickMs, () => publishDue(ctx)),
    repeat(ctx, stopping.signal, tickMs, () => brakeDigests(ctx)),
    repeat(ctx, stopping.signal, tickMs, () => suppressHardBounces(ctx)),
    repeat(ctx, stopping.signal, lookAroundMs, () => lookAround(ctx)),
  ];
  stopGracefully(async () => {
    stopping.abort();
    await Promise.all([...ticking, worker.close()]);
    await ctx.close();
  });
  sayReady();
});

/** Schedulers live in the queue and die with it; occasions that nobody rang for are rung for here. */
async function lookAround(ctx: Context): Promise<void> {
  await syncSchedules(ctx);
  await ctx.bells.recur({ id: 'tidy', name: 'tidy', payload: {}, pattern: '17 3 * * *', zone: 'UTC' });
  await ringOccasions(ctx);
  await remindUnconfirmed(ctx);
}

async function repeat(ctx: Context, signal: AbortSignal, everyMs: number, work: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await work().catch((error: unknown) => ctx.log.warn({ error: String(error) }, 'the clock missed a beat; the next one does its work'));
    await wait(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
