import type { Actor } from '#src/accounts/actor';
import { hashToken, looksLikeApiKey } from '#src/accounts/api-key';
import { findLivingKey, touchKey } from '#src/accounts/queries';
import { Scope } from '#src/accounts/scopes';
import type { Context } from '#src/context';

/** Who holds the key, or nothing when it is no living key of ours. */
export async function readKey(ctx: Context, key: string): Promise<Actor | undefined> {
  if (!looksLikeApiKey(key)) return undefined;
  const row = await findLivingKey(ctx.db, hashToken(key));
  if (!row) return undefined;
  if (isStale(row.last_used_at, ctx.now())) await touchKey(ctx.db, row.id, ctx.now());
  const scopes = new Set(row.scopes.flatMap((scope) => Scope.safeParse(scope).data ?? []));
  return { kind: 'key', id: row.id, scopes, label: row.name };
}

/** One write a minute is enough to know a key that is in use. */
function isStale(lastUsedAt: Date | null, now: Date): boolean {
  return lastUsedAt === null || now.getTime() - lastUsedAt.getTime() > 60_000;
}
