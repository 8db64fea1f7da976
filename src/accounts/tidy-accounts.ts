import { deleteRequestsBefore } from '#src/accounts/idempotency-queries';
import { deleteOldSignIns, deleteOverSessions } from '#src/accounts/queries';
import type { Context } from '#src/context';

const dayMs = 24 * 3_600_000;

/** Forgets what is over: sessions, answers kept for 24 hours, sign-ins after 30 days. */
export async function tidyAccounts(ctx: Context): Promise<void> {
  const now = ctx.now().getTime();
  await deleteOverSessions(ctx.db, ctx.now());
  await deleteRequestsBefore(ctx.db, new Date(now - dayMs));
  await deleteOldSignIns(ctx.db, new Date(now - 30 * dayMs));
}
