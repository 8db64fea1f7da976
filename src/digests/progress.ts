import type { Context } from '#src/context';
import type { DigestState } from '#src/db/tables';
import { findDigest } from '#src/digests/find-digest';
import { type DigestTotals, digestTotals } from '#src/outbox/ledger';

/** Where a digest stands: `frozen` is the sum of the seven states. `rate` is readers settled a second. `updatedAt` is when this was read. */
export interface Progress extends DigestTotals {
  state: DigestState;
  /** Until the last reader is settled; null while nobody can say. */
  etaSeconds: number | null;
  updatedAt: Date;
}

export async function progressOf(ctx: Context, digestId: string): Promise<Progress> {
  const { state } = await findDigest(ctx.db, digestId);
  const totals = await digestTotals(ctx.db, digestId);
  return { state, ...totals, etaSeconds: eta(state, totals), updatedAt: ctx.now() };
}

function eta(state: DigestState, { frozen, waiting, sending, deferred, rate }: DigestTotals): number | null {
  const open = waiting + sending + deferred;
  if (frozen > 0 && open === 0) return 0;
  return state === 'sending' && rate > 0 ? Math.ceil(open / rate) : null;
}
