import type { Context } from '#src/context';
import { approveDigest } from '#src/digests/approve-digest';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { Refusal } from '#src/errors';

export interface SendOrder {
  expectedRecipients?: number | undefined;
  /** How long it waits frozen before the first message leaves: the time for an undo. */
  holdSeconds: number;
  canary?: boolean | undefined;
  ifMatch?: number | null;
}

/** `again`: somebody has sent it already, and it is on its way. */
export interface Sent {
  again: boolean;
  digest: Digest;
}

/**
 * Approves the digest for now and rings for it to be frozen. Of any number of callers one sends; the others are told the same.
 *
 * @throws Refusal recipients-changed, checks-blocked, wrong-state
 */
export async function sendDigest(ctx: Context, digestId: string, order: SendOrder): Promise<Sent> {
  const digest = await findDigest(ctx.db, digestId);
  if (isOnItsWay(digest, ctx.now())) return { again: true, digest };
  if (order.ifMatch != null && order.ifMatch !== digest.version)
    throw new Refusal('version-changed', 'The digest was changed since it was read.');
  const zone = digest.sendZone ?? digest.newsletter.zone;
  try {
    await approveDigest(ctx, digest, { ...order, sendAt: ctx.now(), zone, mayLackReaders: false });
  } catch (error) {
    const now = await findDigest(ctx.db, digestId);
    if (now.version !== digest.version && isOnItsWay(now, ctx.now())) return { again: true, digest: now };
    throw error;
  }
  await ctx.bells.ring('freezeDigest', { digestId });
  return { again: false, digest: await findDigest(ctx.db, digestId) };
}

function isOnItsWay({ state, sendAt }: Digest, now: Date): boolean {
  if (state === 'scheduled') return sendAt !== null && sendAt <= now;
  return state === 'frozen' || state === 'holding' || state === 'sending';
}
