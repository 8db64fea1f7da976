import type { Context } from '#src/context';
import { tryMove } from '#src/digests/move-digest';
import { releaseCanary } from '#src/digests/queries';
import { deliverLater } from '#src/outbox/deliver-later';
import { countRefusals, type DigestRefusals, refusesEverybody } from '#src/outbox/refusals';

const bouncesOf = { share: 0.02, atLeast: 1_000 }; // 2 % of the first thousand, and of however many follow
const policyOf = { share: 0.01, atLeast: 500 };
const fewestPolicyRefusals = 5;
const canaryShare = 0.9;

/**
 * Pauses digests that do harm: too many mailboxes that are not there, or receivers that refuse us. Lets those go on whose first slice came back
 * well. The clock calls it each second; any number of clocks may.
 */
export async function brakeDigests(ctx: Context): Promise<void> {
  for (const digest of await countRefusals(ctx.db)) {
    const reason = (await whyStop(ctx, digest)) ?? canaryFailed(digest);
    if (reason !== null) await stop(ctx, digest, reason);
    else if (digest.canary?.open === 0) await letGo(ctx, digest);
  }
}

async function stop(ctx: Context, { digestId }: DigestRefusals, reason: string): Promise<void> {
  if (!(await tryMove(ctx.db, digestId, 'pause', { changes: { state_reason: reason } }))) return;
  ctx.log.error({ digestId, reason }, 'a digest was paused by itself');
}

/** Only what came since an editor said to go on counts. */
async function whyStop({ db }: Context, { digestId, settled, bounces, policy, forgiven }: DigestRefusals): Promise<string | null> {
  const of = settled - (forgiven?.settled ?? 0);
  const newBounces = bounces - (forgiven?.bounces ?? 0);
  const newPolicy = policy - (forgiven?.policy ?? 0);
  if (newBounces > bouncesOf.share * Math.max(bouncesOf.atLeast, of)) return `hard-bounces: ${newBounces}/${of}`;
  if (newPolicy < fewestPolicyRefusals) return null;
  const isOften = newPolicy > policyOf.share * Math.max(policyOf.atLeast, of);
  return isOften || (await refusesEverybody(db, digestId)) ? `policy-refusals: ${newPolicy}/${of}` : null;
}

function canaryFailed({ canary }: DigestRefusals): string | null {
  if (canary === null || canary.open > 0 || canary.accepted >= canaryShare * canary.size) return null;
  return `canary: ${canary.accepted}/${canary.size}`;
}

async function letGo(ctx: Context, { digestId }: DigestRefusals): Promise<void> {
  if (await releaseCanary(ctx.db, digestId)) await deliverLater(ctx, 'digest');
}
