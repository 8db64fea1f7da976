import type { Actor } from '#src/accounts/actor';
import type { Editor, Role } from '#src/accounts/editor';
import { insertSignIn, upsertEditor } from '#src/accounts/queries';
import { recordAudit } from '#src/accounts/record-audit';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import { languageFor } from '#src/locales';
import { normaliseAddress, parseAddress } from '#src/mail/address';
import { deliverLater } from '#src/outbox/deliver-later';
import { putMessage } from '#src/outbox/put-message';

/** Gives an address an account with this role, or an account this role, and mails it a sign-in link. */
export async function inviteEditor(
  ctx: Context,
  actor: Actor,
  invitation: { address: string; role: Role; language: string },
): Promise<Editor> {
  if (!actor.scopes.has('keys:write')) throw new Refusal('not-allowed', 'Only an admin may invite.');
  const parsed = parseAddress(invitation.address);
  if (typeof parsed === 'string') {
    throw new Refusal('invalid', 'This is no email address.', {
      faults: [{ pointer: '/address', detail: `${parsed}: write it like name@example.com.` }],
    });
  }
  const editor = await ctx.db.transaction().execute(async (tx) => {
    const { role } = invitation;
    const language = languageFor(invitation.language);
    const row = await upsertEditor(tx, { address: normaliseAddress(parsed.address), role, language, at: ctx.now() });
    await insertSignIn(tx, row.id, ctx.now());
    await putMessage(tx, { kind: 'sign-in', editor_id: row.id, address: row.address, language: row.language });
    await recordAudit(tx, actor, row.isNew ? 'editor.invite' : 'editor.role', `editor:${row.id}`, { role });
    return row;
  });
  await deliverLater(ctx, 'transactional');
  return { id: editor.id, address: editor.address, role: editor.role, language: editor.language };
}
