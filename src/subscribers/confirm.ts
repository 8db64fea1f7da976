import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { deliverLater } from '#src/outbox/deliver-later';
import { putMessage } from '#src/outbox/put-message';
import { addressHash } from '#src/subscribers/address-hash';
import { truncateIps } from '#src/subscribers/erasure-queries';
import { activate, type LockedReader, lockReader } from '#src/subscribers/queries';
import { deleteErasedMark } from '#src/subscribers/suppression-queries';
import { countConfirmed } from '#src/subscribers/source-queries';
import { recordConsent } from '#src/subscribers/record-consent';

/** `already`: pressed before, and subscribed since. `left`: unsubscribed since, which an old link does not undo. `gone`: nothing to confirm any more. */
export type Confirmed = 'confirmed' | 'already' | 'left' | 'gone';

export async function confirm(
  ctx: Context,
  subscriptionId: string,
  circumstances: { page: string; ip: string | null },
): Promise<Confirmed> {
  const outcome = await ctx.db.transaction().execute(async (tx) => {
    const reader = await lockReader(tx, subscriptionId);
    if (!reader || reader.address === null || reader.subscriberState === 'suppressed') return 'gone';
    if (reader.state === 'active') return 'already';
    if (reader.state === 'left') return 'left';
    await welcome(ctx, tx, reader, circumstances);
    return 'confirmed';
  });
  if (outcome === 'confirmed') await deliverLater(ctx, 'transactional');
  return outcome;
}

async function welcome(ctx: Context, tx: Tx, reader: LockedReader, { page, ip }: { page: string; ip: string | null }): Promise<void> {
  const { subscriberId, subscriptionId, newsletterId, language, address } = reader;
  const now = ctx.now();
  await activate(tx, reader, now);
  if (address !== null) await deleteErasedMark(tx, addressHash(ctx.config.keys, address));
  await countConfirmed(tx, subscriptionId, now);
  await recordConsent(tx, { subscriberId, newsletterId, kind: 'confirmed', at: now, payload: { address, page }, ip });
  await truncateIps(tx, subscriberId);
  await putMessage(tx, {
    kind: 'welcome',
    language,
    subscriber_id: subscriberId,
    subscription_id: subscriptionId,
    newsletter_id: newsletterId,
  });
}
