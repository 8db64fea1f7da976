import { randomBytes } from 'node:crypto';
import { hashToken } from '#src/accounts/api-key';
import type { Editor } from '#src/accounts/editor';
import { insertSession, useSignIn } from '#src/accounts/queries';
import { recordAudit } from '#src/accounts/record-audit';
import { actorOf } from '#src/accounts/editor';
import type { Context } from '#src/context';
import { readLink } from '#src/links';

/** How long a session lasts, in milliseconds: two weeks. */
export const sessionMs = 14 * 24 * 3_600_000;

export type SignInOutcome = { ok: true; session: string; editor: Editor } | { ok: false; reason: 'forged' | 'expired' | 'used' };

/** Uses a mailed link up, by its row, and opens a session. `session` is the cookie's value; we keep its hash. */
export async function signIn(ctx: Context, token: string): Promise<SignInOutcome> {
  const link = readLink(ctx.config.keys, 'signIn', token, ctx.now());
  if (!link.ok) return { ok: false, reason: link.reason === 'expired' ? 'expired' : 'forged' };
  return ctx.db.transaction().execute(async (tx) => {
    const editor = await useSignIn(tx, link.subject, ctx.now());
    if (!editor) return { ok: false, reason: 'used' };
    const session = randomBytes(32).toString('base64url');
    const expiresAt = new Date(ctx.now().getTime() + sessionMs);
    await insertSession(tx, { hash: hashToken(session), editorId: editor.id, at: ctx.now(), expiresAt });
    await recordAudit(tx, actorOf(editor), 'editor.sign-in', `editor:${editor.id}`);
    return { ok: true, session, editor };
  });
}
