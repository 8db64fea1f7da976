import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import type { SuppressionReason } from '#src/db/tables';
import { addressHash } from '#src/subscribers/address-hash';
import { insertSuppression, markSuppressed } from '#src/subscribers/suppression-queries';

export interface Suppression {
  address: string;
  reason: Exclude<SuppressionReason, 'erased'>;
  detail: string | null;
}

/** The address is never mailed again: not by a digest under way, not by a confirmation, not after an import. */
export async function suppress(ctx: Context, suppression: Suppression): Promise<void> {
  await ctx.db.transaction().execute((tx) => suppressIn(ctx, tx, suppression));
}

export async function suppressIn(ctx: Context, tx: Tx, { address, reason, detail }: Suppression): Promise<void> {
  await insertSuppression(tx, {
    hash: addressHash(ctx.config.keys, address),
    address: reason === 'not-me' ? null : address,
    reason,
    detail,
  });
  await markSuppressed(tx, address);
}
