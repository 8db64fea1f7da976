import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '#src/context';
import { freezeDigest } from '#src/digests/freeze-digest';
import { publishDue } from '#src/digests/publish-due';
import { runWorker } from '#workers/run-worker';
import { startDelivery } from '#workers/start-delivery';

/** The real consumers of the queue and a clock that ticks faster, in this process; the sender thread runs the emitted code. */
export async function startWorkers(ctx: Context): Promise<{ stop(): Promise<void> }> {
  const delivery = await startDelivery(ctx);
  const digests = runWorker(ctx, 'digest', { freezeDigest: ({ digestId }) => freezeDigest(ctx, digestId) });
  const stopping = new AbortController();
  const ticking = (async () => {
    while (!stopping.signal.aborted) {
      await publishDue(ctx).catch(() => undefined);
      await wait(200, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await ticking;
      await Promise.all([delivery.stop(), digests.close()]);
    },
  };
}
