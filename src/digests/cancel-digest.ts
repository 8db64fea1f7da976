import type { Context } from '#src/context';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { moveDigest, tryMove } from '#src/digests/move-digest';

/** Final: whoever is still waiting does not get it. Cancelling what is cancelled changes nothing. */
export async function cancelDigest(ctx: Context, digestId: string): Promise<Digest> {
  const digest = await findDigest(ctx.db, digestId);
  if (digest.state === 'cancelled') return digest;
  const changes = { finished_at: ctx.now(), ...(hasLeft(digest) ? {} : { slug: null }) };
  if (!(await tryMove(ctx.db, digestId, 'cancel', { changes, version: digest.version }))) {
    const now = await findDigest(ctx.db, digestId);
    if (now.version !== digest.version) return cancelDigest(ctx, digestId);
    await moveDigest(ctx.db, digestId, 'cancel');
  }
  return findDigest(ctx.db, digestId);
}

/** What no reader has had does not belong in the archive. */
function hasLeft({ state }: Digest): boolean {
  return state === 'sending' || state === 'paused';
}
