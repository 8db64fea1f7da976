import { sql } from 'kysely';
import type { Tx } from '#src/db/client';
import type { SuppressionReason } from '#src/db/tables';

/** Every statement that writes suppressions. */

/** An erased person is no longer written to, but may ask again: erasure alone does not refuse a request. */
export async function isSuppressed(tx: Tx, hash: Buffer): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM suppression WHERE address_hash = ${hash} AND reason <> 'erased'`.execute(tx);
  return rows.length > 0;
}

/** Waits until no list is being taken in, and lets none begin before this transaction ends. */
export async function awaitSuppressions(tx: Tx): Promise<void> {
  await sql`LOCK TABLE suppression IN ROW EXCLUSIVE MODE`.execute(tx);
}

/** The reason that came first stays; `address` is absent where only the hash may be kept. */
export async function insertSuppression(
  tx: Tx,
  suppression: { hash: Buffer; address: string | null; reason: SuppressionReason; detail: string | null },
): Promise<void> {
  await sql`
    INSERT INTO suppression (address_hash, address, reason, detail)
    VALUES (${suppression.hash}, ${suppression.address}, ${suppression.reason}, ${suppression.detail})
    ON CONFLICT (address_hash) DO UPDATE SET
      reason = CASE WHEN suppression.reason = 'erased' THEN excluded.reason ELSE suppression.reason END,
      address = CASE WHEN excluded.reason = 'erased' THEN NULL ELSE coalesce(suppression.address, excluded.address) END`.execute(tx);
}

/** Somebody who was erased and comes back of their own will. */
export async function deleteErasedMark(tx: Tx, hash: Buffer): Promise<void> {
  await sql`DELETE FROM suppression WHERE address_hash = ${hash} AND reason = 'erased'`.execute(tx);
}

export async function markSuppressed(tx: Tx, address: string): Promise<void> {
  await sql`UPDATE subscriber SET state = 'suppressed', version = version + 1, updated_at = now() WHERE address = ${address}`.execute(tx);
}
