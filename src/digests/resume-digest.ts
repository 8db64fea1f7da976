import type { Context } from '#src/context';
import type { Digest, StateReason } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { laneOf } from '#src/digests/lane-of';
import { moveDigest } from '#src/digests/move-digest';
import { deliverLater } from '#src/outbox/deliver-later';
import { countRefusals, lastUnknownAt } from '#src/outbox/refusals';

/**
 * Goes on where it stopped: readers who have had it are left out by the ledger. What made it pause by itself is forgiven: it does not for the same
 * refusals again. Resuming what is sending changes nothing.
 */
export async function resumeDigest(ctx: Context, digestId: string): Promise<Digest> {
  const digest = await findDigest(ctx.db, digestId);
  if (digest.state === 'sending') return digest;
  const [counted] = await countRefusals(ctx.db, digestId);
  const { settled = 0, bounces = 0, policy = 0, relay = 0, complaints = 0 } = counted ?? {};
  const forgiven = JSON.stringify({ settled, bounces, policy, relay, complaints, unknownAt: await lastUnknownAt(ctx.db, digestId) });
  const isCanary = digest.stateReason?.startsWith('canary' satisfies StateReason) ?? false;
  const changes = { state_reason: null, ...(isCanary ? { canary: false } : {}), forgiven };
  await moveDigest(ctx.db, digestId, 'resume', { changes });
  await deliverLater(ctx, laneOf(digest));
  return findDigest(ctx.db, digestId);
}
