import type { Context } from '#src/context';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { laneOf } from '#src/digests/lane-of';
import { moveDigest } from '#src/digests/move-digest';
import { deliverLater } from '#src/outbox/deliver-later';

/** Goes on where it stopped: readers who have had it are left out by the ledger. Resuming what is sending changes nothing. */
export async function resumeDigest(ctx: Context, digestId: string): Promise<Digest> {
  const digest = await findDigest(ctx.db, digestId);
  if (digest.state === 'sending') return digest;
  await moveDigest(ctx.db, digestId, 'resume', { changes: { state_reason: null } });
  await deliverLater(ctx, laneOf(digest));
  return findDigest(ctx.db, digestId);
}
