import { countSignIns, findEditor, insertSignIn } from '#src/accounts/queries';
import type { Context } from '#src/context';
import { normaliseAddress, parseAddress } from '#src/mail/address';
import { deliverLater } from '#src/outbox/deliver-later';
import { putMessage } from '#src/outbox/put-message';

const windowMs = 15 * 60_000;
const mostInWindow = 5;

/** Mails a sign-in link to the editor of this address, if there is one. The caller learns nothing: neither that, nor that the limit is reached. */
export async function requestSignIn(ctx: Context, address: string): Promise<void> {
  const parsed = parseAddress(address);
  if (typeof parsed === 'string') return;
  const isAsked = await ctx.db.transaction().execute(async (tx) => {
    const editor = await findEditor(tx, normaliseAddress(parsed.address));
    const asked = await countSignIns(tx, editor?.id ?? '0', new Date(ctx.now().getTime() - windowMs));
    if (!editor || asked >= mostInWindow) return false;
    await insertSignIn(tx, editor.id, ctx.now());
    await putMessage(tx, { kind: 'sign-in', editor_id: editor.id, address: editor.address, language: editor.language });
    return true;
  });
  if (isAsked) await deliverLater(ctx, 'transactional');
}
