import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { Refusal } from '#src/errors';
import { addressHash } from '#src/subscribers/address-hash';
import { deleteSuppressionRow, reviveSubscriber } from '#src/subscribers/membership-queries';

/**
 * The address may be written to again; its person is again what their subscriptions are.
 *
 * @throws Refusal not-found; wrong-state for somebody who was erased: only they bring themselves back
 */
export async function liftSuppression(ctx: Context, id: string): Promise<void> {
  await ctx.db.transaction().execute(async (tx) => {
    const suppression = await lock(tx, id);
    if (!suppression) throw new Refusal('not-found', 'There is no such suppression.');
    if (suppression.reason === 'erased')
      throw new Refusal('wrong-state', 'This person was erased. They may sign up again themselves; nobody else can bring them back.');
    const subscriberId = await whoseHash(ctx, tx, suppression.hash);
    await deleteSuppressionRow(tx, id);
    if (subscriberId !== null) await reviveSubscriber(tx, subscriberId);
  });
}

async function lock(tx: Tx, id: string): Promise<{ reason: string; hash: Buffer } | undefined> {
  const { rows } = await sql<{ reason: string; hash: Buffer }>`
    SELECT reason, address_hash AS hash FROM suppression WHERE id = ${id} FOR UPDATE`.execute(tx);
  return rows[0];
}

/** A suppression may know the hash only: the suppressed people are gone through, a thousand at a time. */
async function whoseHash(ctx: Context, tx: Tx, hash: Buffer): Promise<string | null> {
  for (let after = '0'; ;) {
    const { rows } = await sql<{ id: string; address: string }>`
      SELECT id, address FROM subscriber WHERE state = 'suppressed' AND id > ${after} ORDER BY id LIMIT 1000`.execute(tx);
    const found = rows.find(({ address }) => addressHash(ctx.config.keys, address).equals(hash));
    if (found) return found.id;
    const last = rows.at(-1);
    if (!last) return null;
    after = last.id;
  }
}
