import { selectAudit } from '#src/accounts/queries';
import type { Context } from '#src/context';

/** Newest first; those older than the entry `before`. */
export function listAudit(ctx: Context, place: { before: string | undefined; limit: number }) {
  return selectAudit(ctx.db, place.before, place.limit);
}
