import type { Actor } from '#src/accounts/actor';
import { revokeKeyRow } from '#src/accounts/queries';
import { recordAudit } from '#src/accounts/record-audit';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';

/** From now on the key opens nothing. Its row stays, for the audit. */
export async function revokeKey(ctx: Context, actor: Actor, id: string): Promise<void> {
  await ctx.db.transaction().execute(async (tx) => {
    const revoked = await revokeKeyRow(tx, id, ctx.now());
    if (!revoked) throw new Refusal('not-found', 'There is no key with this id.');
    if (revoked.isNew) await recordAudit(tx, actor, 'key.revoke', `key:${id}`);
  });
}
