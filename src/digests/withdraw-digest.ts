import type { Context } from '#src/context';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { publicStates } from '#src/digests/published-digests';
import { updateWithdrawal } from '#src/digests/queries';
import { Refusal } from '#src/errors';

/** Takes a digest out of the public archive, where its page then says so, or puts it back. What was mailed stays mailed. */
export async function withdrawDigest(ctx: Context, digestId: string, { withdrawn }: { withdrawn: boolean }): Promise<Digest> {
  const digest = await findDigest(ctx.db, digestId);
  if (!publicStates.includes(digest.state))
    throw new Refusal('wrong-state', 'The digest is not in the archive.', { extra: { state: digest.state } });
  if ((digest.withdrawnAt !== null) === withdrawn) return digest;
  await updateWithdrawal(ctx.db, digestId, withdrawn ? ctx.now() : null);
  return findDigest(ctx.db, digestId);
}
