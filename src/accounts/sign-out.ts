import { hashToken } from '#src/accounts/api-key';
import { deleteSession } from '#src/accounts/queries';
import type { Context } from '#src/context';

/** Ends the session on our side: its cookie opens nothing any more, wherever it was copied to. */
export function signOut(ctx: Context, session: string): Promise<void> {
  return deleteSession(ctx.db, hashToken(session));
}
