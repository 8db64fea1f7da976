import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { addressHash } from '#src/subscribers/address-hash';
import type { SubscriberEmail } from '#src/subscribers/subscriber';
import type { Suppression } from '#src/subscribers/suppress';
import { insertSuppression, markSuppressed } from '#src/subscribers/suppression-queries';
import { selectSuppressions, type SuppressionRecord } from '#src/subscribers/suppression-record';

type Wanted = Omit<Suppression, 'address'> & { address: SubscriberEmail };

/** The reason that came first stays. Of somebody who was erased the address stays unknown, and from now on not even they can sign up again. */
export async function addSuppression(ctx: Context, wanted: Wanted): Promise<{ isNew: boolean; suppression: SuppressionRecord }> {
  const hash = addressHash(ctx.config.keys, wanted.address);
  return ctx.db.transaction().execute(async (tx) => {
    const before = await find(tx, hash);
    if (before && before.reason !== 'erased') return { isNew: false, suppression: before };
    const isNameable = !before && wanted.reason !== 'not-me';
    await insertSuppression(tx, { ...wanted, hash, address: isNameable ? wanted.address : null });
    await markSuppressed(tx, wanted.address);
    const suppression = await find(tx, hash);
    if (!suppression) throw new Error('the suppression was not written');
    return { isNew: !before, suppression };
  });
}

async function find(tx: Tx, hash: Buffer): Promise<SuppressionRecord | undefined> {
  const [found] = await selectSuppressions(tx, sql`address_hash = ${hash}`, 1);
  return found;
}
