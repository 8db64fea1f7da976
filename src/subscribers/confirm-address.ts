import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { deliverLater } from '#src/outbox/deliver-later';
import { putMessage } from '#src/outbox/put-message';
import { addressHash } from '#src/subscribers/address-hash';
import { mergePerson } from '#src/subscribers/erasure-queries';
import { type LockedReader, lockReader, updateAddress } from '#src/subscribers/queries';
import { deleteErasedMark, isSuppressed } from '#src/subscribers/suppression-queries';
import { recordConsent } from '#src/subscribers/record-consent';

export type AddressConfirmed = { outcome: 'changed' | 'already'; address: string } | { outcome: 'gone' };

/** The new address has said yes; the old one is told. Should the new one belong to another subscription already, the two become one person's. */
export async function confirmAddress(ctx: Context, link: { subscriptionId: string; requestId: string }): Promise<AddressConfirmed> {
  const confirmed = await ctx.db.transaction().execute(async (tx): Promise<AddressConfirmed> => {
    const address = await requestedAddress(tx, link.requestId);
    const reader = await lockReader(tx, link.subscriptionId);
    if (address === null || !reader || reader.address === null || reader.subscriberState === 'suppressed') return { outcome: 'gone' };
    if (reader.address === address) return { outcome: 'already', address };
    const hash = addressHash(ctx.config.keys, address);
    if (await isSuppressed(tx, hash)) return { outcome: 'gone' };
    await takeOver(ctx, tx, reader, address);
    await deleteErasedMark(tx, hash);
    await tellOldAddress(tx, reader, reader.address);
    return { outcome: 'changed', address };
  });
  if (confirmed.outcome === 'changed') await deliverLater(ctx, 'transactional');
  return confirmed;
}

async function tellOldAddress(tx: Tx, { subscriptionId, newsletterId, language }: LockedReader, address: string): Promise<void> {
  await putMessage(tx, { kind: 'address-changed', language, subscription_id: subscriptionId, newsletter_id: newsletterId, address });
}

async function takeOver(ctx: Context, tx: Tx, reader: LockedReader, address: string): Promise<void> {
  const { subscriberId, newsletterId } = reader;
  await mergePerson(tx, { address, into: subscriberId });
  await updateAddress(tx, subscriberId, address);
  await recordConsent(tx, {
    subscriberId,
    newsletterId,
    kind: 'changed',
    at: ctx.now(),
    payload: { by: 'change of address', address },
    ip: null,
  });
}

async function requestedAddress(tx: Tx, requestId: string): Promise<string | null> {
  const { rows } = await sql<{ address: string }>`SELECT address FROM signup_request WHERE id = ${requestId}`.execute(tx);
  return rows[0]?.address ?? null;
}
