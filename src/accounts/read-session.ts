import { hashToken } from '#src/accounts/api-key';
import type { Editor } from '#src/accounts/editor';
import { findSession } from '#src/accounts/queries';
import type { Context } from '#src/context';

/** Whose session this is, or nothing when it is over or was never ours. */
export async function readSession(ctx: Context, session: string): Promise<Editor | undefined> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(session)) return undefined;
  return findSession(ctx.db, hashToken(session), ctx.now());
}
