import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { answerRequest } from '#src/subscribers/answer-request';
import { postponeAsked, takeAsked } from '#src/subscribers/request-queries';

/**
 * A worker's work, before it leases messages: decides what each open request becomes, one transaction a request, until none is left. Several workers
 * may do it at once. Returns how many were decided.
 */
export async function answerRequests(ctx: Context): Promise<number> {
  let answered = 0;
  for (;;) {
    const messageId = await answerNext(ctx);
    if (messageId === null) return answered;
    answered += 1;
  }
}

async function answerNext(ctx: Context): Promise<string | null> {
  let taken: string | null = null;
  try {
    await ctx.db.transaction().execute(async (tx: Tx) => {
      const asked = await takeAsked(tx);
      taken = asked?.messageId ?? null;
      if (asked) await answerRequest(ctx, tx, asked);
    });
  } catch (error) {
    if (taken === null) throw error;
    ctx.log.error({ err: error, messageId: taken }, 'a request could not be answered; it is tried again in a minute');
    await postponeAsked(ctx.db, taken);
  }
  return taken;
}
