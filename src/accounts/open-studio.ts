import { firstAdmin, insertSignIn, upsertEditor } from '#src/accounts/queries';
import type { Context } from '#src/context';
import { writeLink } from '#src/links';

/** The address of the admin that a first run makes. Nothing is mailed to it: the link is printed. */
const firstAddress = 'admin@localhost.test';

/** A fresh sign-in link for the oldest admin, made if there is none. For whoever starts the program on this machine. */
export async function openStudio(ctx: Context): Promise<string> {
  const signInId = await ctx.db.transaction().execute(async (tx) => {
    const admin =
      (await firstAdmin(tx)) ?? (await upsertEditor(tx, { address: firstAddress, role: 'admin', language: 'en', at: ctx.now() }));
    return insertSignIn(tx, admin.id, ctx.now());
  });
  return `${ctx.config.publicUrl}/studio/sign-in/${writeLink(ctx.config.keys, 'signIn', signInId, ctx.now())}`;
}
