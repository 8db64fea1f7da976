import type { Tx } from '#src/db/client';

/** Undo, while the digest is still holding: nothing has been leased, so the rows may go. */
export async function unfreeze(tx: Tx, digestId: string): Promise<void> {
  await tx.deleteFrom('slice').where('digest_id', '=', digestId).execute();
  await tx.deleteFrom('delivery').where('digest_id', '=', digestId).execute();
}
