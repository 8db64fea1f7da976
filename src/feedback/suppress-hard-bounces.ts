import type { Context } from '#src/context';
import { isHardBounce } from '#src/feedback/hard-bounce';
import { insertBounce, type UnreadBounce, unreadBounces } from '#src/feedback/queries';
import { countRefusals } from '#src/outbox/refusals';
import { suppressIn } from '#src/subscribers/suppress';

const batchSize = 200;
/** A list of people may lose a tenth of its mailboxes, not this many: then it is the relay that knows nobody. */
const unbelievable = { share: 0.2, atLeast: 10 };

/**
 * Reads what digests learned of mailboxes: an address that is not there for good is suppressed, so that no digest and no letter tries it again.
 * Each bounce is read once, by whichever clock comes first. A digest of which every fifth reader bounced is not believed until an editor lets it
 * go on. Returns how many were read.
 */
export async function suppressHardBounces(ctx: Context): Promise<number> {
  const believed = new Map<string, boolean>();
  let read = 0;
  for (;;) {
    const bounces = await unreadBounces(
      ctx.db,
      batchSize,
      [...believed.keys()].filter((digestId) => !believed.get(digestId)),
    );
    for (const bounce of bounces) {
      const { digestId } = bounce;
      if (!believed.has(digestId)) believed.set(digestId, await isBelievable(ctx, digestId));
      if (!believed.get(digestId)) continue;
      await readBounce(ctx, bounce);
      read += 1;
    }
    if (bounces.length < batchSize) return read;
  }
}

async function isBelievable({ db }: Context, digestId: string): Promise<boolean> {
  const [counted] = await countRefusals(db, digestId);
  if (!counted) return true;
  const bounces = counted.bounces - (counted.forgiven?.bounces ?? 0);
  const settled = counted.settled - (counted.forgiven?.settled ?? 0);
  return bounces < unbelievable.atLeast || bounces <= unbelievable.share * settled;
}

async function readBounce(ctx: Context, bounce: UnreadBounce): Promise<void> {
  const { address, code } = bounce;
  await ctx.db.transaction().execute(async (tx) => {
    const suppressed = isHardBounce(code) && address !== null;
    if (!(await insertBounce(tx, bounce, suppressed)) || !suppressed) return;
    await suppressIn(ctx, tx, { address, reason: 'bounce', detail: code });
  });
}
