import type { Context } from '#src/context';
import { letGo } from '#src/digests/let-go';
import { tryMove } from '#src/digests/move-digest';
import { countRefusals, type DigestRefusals, isMute, type Refusals, refusesEverybody } from '#src/outbox/refusals';

const bouncesOf = { share: 0.02, atLeast: 1_000 }; // 2 % of the first thousand, and of however many follow
/** Gmail's and Yahoo's line: 0.3 % of those who got it, and of however few no less than four. */
const complaintsOf = { share: 0.003, atLeast: 1_000 };
const refusalsOf = { share: 0.01, atLeast: 500 };
const fewestRefusals = 5;
const canaryShare = 0.9;

/**
 * Pauses digests that do harm: too many mailboxes that are not there, or receivers that refuse us. Lets those go on whose first slice came back
 * well. The clock calls it each second; any number of clocks may.
 */
export async function brakeDigests(ctx: Context): Promise<void> {
  for (const digest of await countRefusals(ctx.db)) {
    const reason = (await whyStop(ctx, digest)) ?? canaryFailed(digest);
    if (reason !== null) await stop(ctx, digest, reason);
    else if (digest.canary?.open === 0) await letGo(ctx, digest.digestId);
  }
}

async function stop(ctx: Context, { digestId }: DigestRefusals, reason: string): Promise<void> {
  if (!(await tryMove(ctx.db, digestId, 'pause', { changes: { state_reason: reason } }))) return;
  ctx.log.error({ digestId, reason }, 'a digest was paused by itself');
}

/** Only what came since an editor said to go on counts. */
async function whyStop({ db }: Context, digest: DigestRefusals): Promise<string | null> {
  const since = (what: keyof Refusals): number => digest[what] - (digest.forgiven?.[what] ?? 0);
  const of = since('settled');
  if (isOver(bouncesOf, since('bounces'), of)) return `hard-bounces: ${since('bounces')}/${of}`;
  if (isOver(complaintsOf, since('complaints'), digest.accepted)) return `complaints: ${since('complaints')}/${digest.accepted}`;
  for (const [kind, refused] of [['policy', since('policy')] as const, ['relay', since('relay')] as const]) {
    if (refused < fewestRefusals) continue;
    if (isOver(refusalsOf, refused, of) || (await refusesEverybody(db, digest.digestId))) return `${kind}-refusals: ${refused}/${of}`;
  }
  const isSilent = digest.unknown >= fewestRefusals && (await isMute(db, digest.digestId, digest.forgiven?.unknownAt ?? null));
  return isSilent ? `relay-mute: ${digest.unknown}/${digest.settled}` : null;
}

function isOver({ share, atLeast }: { share: number; atLeast: number }, count: number, of: number): boolean {
  return count > share * Math.max(atLeast, of);
}

function canaryFailed({ canary }: DigestRefusals): string | null {
  if (canary === null || canary.open > 0 || canary.accepted >= canaryShare * canary.size) return null;
  return `canary: ${canary.accepted}/${canary.size}`;
}
