import type { Context } from '#src/context';
import { deliverLater } from '#src/outbox/deliver-later';
import { putMessage } from '#src/outbox/put-message';
import { addressHash, countingHash } from '#src/subscribers/address-hash';
import { lockReader, markReminded } from '#src/subscribers/queries';
import { countConfirmation, lockAddress, recentConfirmations } from '#src/subscribers/request-queries';
import { isSuppressed } from '#src/subscribers/suppression-queries';
import { mostConfirmations } from '#src/subscribers/subscriber';
import { type Unreminded, unreminded } from '#src/subscribers/unreminded';

/**
 * One reminder, a day after a sign-up that nobody confirmed, where the operator wants it. It counts among the confirmations that an address may get (I6).
 * Returns how many were written. Any number of clocks may do it at once.
 */
export async function remindUnconfirmed(ctx: Context): Promise<number> {
  if (!ctx.config.sendsReminder) return 0;
  let written = 0;
  for (const waiting of await unreminded(ctx.db, ctx.now())) {
    if (await remind(ctx, waiting)) written += 1;
  }
  if (written > 0) await deliverLater(ctx, 'transactional');
  return written;
}

async function remind(ctx: Context, { subscriptionId, address }: Unreminded): Promise<boolean> {
  const now = ctx.now();
  return ctx.db.transaction().execute(async (tx) => {
    const counting = countingHash(ctx.config.keys, 'confirmation', address);
    await lockAddress(tx, counting); // first, as whoever answers a request does
    const reader = await lockReader(tx, subscriptionId);
    if (reader?.address !== address || reader.state !== 'pending') return false;
    if (!(await markReminded(tx, subscriptionId, now))) return false;
    const sent = await recentConfirmations(tx, counting, now);
    if (sent.length >= mostConfirmations || (await isSuppressed(tx, addressHash(ctx.config.keys, address)))) return false;
    await countConfirmation(tx, counting, { at: now, wasAnonymous: false });
    const { subscriberId, newsletterId, language } = reader;
    const order = { subscriber_id: subscriberId, subscription_id: subscriptionId, newsletter_id: newsletterId };
    await putMessage(tx, { kind: 'reminder', language, ...order });
    return true;
  });
}
