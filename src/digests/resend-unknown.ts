import type { Context } from '#src/context';
import { findDigest } from '#src/digests/find-digest';
import { deliverLater } from '#src/outbox/deliver-later';
import { putResend, type Resent } from '#src/outbox/put-resend';

export interface ResentItem {
  subscriberId: string;
  result: Resent;
}

/**
 * A person settles unknown deliveries by sending them again. Each goes at most once, with the Message-ID of the first, so that a receiver who
 * had it may drop the repeat. The delivery stays unknown: what became of the second message says nothing of the first.
 */
export async function resendUnknown(ctx: Context, digestId: string, subscriberIds: readonly string[]): Promise<ResentItem[]> {
  const { id } = await findDigest(ctx.db, digestId);
  const items: ResentItem[] = [];
  for (const subscriberId of new Set(subscriberIds)) {
    const result = await ctx.db.transaction().execute((tx) => putResend(tx, id, subscriberId));
    items.push({ subscriberId, result });
  }
  if (items.some(({ result }) => result === 'queued')) await deliverLater(ctx, 'transactional');
  return items;
}
