import { selectKeys } from '#src/accounts/queries';
import type { Context } from '#src/context';

/** Newest first, the revoked ones too; those older than the key `before`. */
export function listKeys(ctx: Context, place: { before: string | undefined; limit: number }) {
  return selectKeys(ctx.db, place.before, place.limit);
}
