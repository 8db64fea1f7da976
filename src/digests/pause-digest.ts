import type { Context } from '#src/context';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { moveDigest } from '#src/digests/move-digest';

/** Senders see the state before each message: within two seconds nothing leaves. Pausing what is paused changes nothing. */
export async function pauseDigest(ctx: Context, digestId: string): Promise<Digest> {
  const digest = await findDigest(ctx.db, digestId);
  if (digest.state === 'paused') return digest;
  await moveDigest(ctx.db, digestId, 'pause');
  return findDigest(ctx.db, digestId);
}
