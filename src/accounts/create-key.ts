import type { Actor } from '#src/accounts/actor';
import { hashToken, makeApiKey, startOfKey } from '#src/accounts/api-key';
import { insertKey } from '#src/accounts/queries';
import { recordAudit } from '#src/accounts/record-audit';
import type { Scope } from '#src/accounts/scopes';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';

/**
 * Makes a key. It is shown this once; its hash stays. A key cannot make one that may do more than itself.
 * @returns the key and its row
 */
export async function createKey(ctx: Context, actor: Actor, wish: { name: string; scopes: readonly Scope[] }) {
  const beyond = wish.scopes.filter((scope) => !actor.scopes.has(scope));
  if (beyond.length > 0) throw new Refusal('not-allowed', `You cannot give away what you do not have: ${beyond.join(', ')}.`);
  const key = makeApiKey();
  const row = await ctx.db.transaction().execute(async (tx) => {
    const made = await insertKey(tx, { ...wish, hash: hashToken(key), start: startOfKey(key), at: ctx.now() });
    await recordAudit(tx, actor, 'key.create', `key:${made.id}`, { name: wish.name, scopes: wish.scopes });
    return made;
  });
  return { key, row };
}
