import type { Context } from '#src/context';
import { armFailPoint } from '#src/outbox/fail-point';
import { openMessageSender } from '#src/outbox/message-sender';
import { refuseUnsafeDatabase } from '#src/outbox/refuse-unsafe-database';
import { sweep } from '#src/outbox/sweep';
import { answerRequests } from '#src/subscribers/answer-requests';
import { runWorker } from '#workers/run-worker';
import { startSenderThreads } from '#workers/sender-thread-door';

const graceMs = 7_000;

/** Everything that a delivering process does, so that one process may also do it beside other roles. */
export async function startDelivery(ctx: Context): Promise<{ stop(): Promise<void> }> {
  armFailPoint(ctx.config.failPoint);
  await refuseUnsafeDatabase(ctx.db, ctx.config);
  await sweep(ctx); // what died here a moment ago is known at once, not only when its lease is over
  const messages = openMessageSender(ctx);
  const digests = startSenderThreads(ctx);
  const sending = messages.run();

  const answer = async (): Promise<void> => {
    if ((await answerRequests(ctx)) > 0) messages.wake();
  };
  const worker = runWorker(
    ctx,
    'deliver',
    {
      async deliver({ lane }) {
        if (lane !== 'transactional') return digests.wake();
        await answer();
        messages.wake();
      },
    },
    { concurrency: 4 },
  );
  const sweeping = every((ctx.config.leaseSeconds * 1_000) / 3, async () => {
    await sweep(ctx);
    await answer();
    digests.wake();
  });

  function every(ms: number, work: () => Promise<void>): { stop(): Promise<void> } {
    let working: Promise<void> | null = null;
    const timer = setInterval(() => {
      working ??= work()
        .catch((error: unknown) => ctx.log.warn({ error: String(error) }, 'a sweep failed; the next one does its work'))
        .finally(() => (working = null));
    }, ms);
    return {
      async stop() {
        clearInterval(timer);
        await working;
      },
    };
  }

  return {
    async stop() {
      await Promise.all([sweeping.stop(), messages.stop(graceMs), digests.stop(graceMs), worker.close()]);
      await sending;
    },
  };
}
