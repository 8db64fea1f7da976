import type { Context } from '#src/context';
import { isHardBounce } from '#src/feedback/hard-bounce';
import { insertBounce, type UnreadBounce, unreadBounces } from '#src/feedback/queries';
import { countRefusals } from '#src/outbox/refusals';
import { suppressIn } from '#src/subscribers/suppress';

const batchSize = 200;
/** A list of people may lose a tenth of its mailboxes, not this many: then it is the relay that knows nobody. */
const unbelievable = { share: 0.2, atLeast: 10 };

/** Which bounces of a digest say that a mailbox is gone: each that has the code for it, those that name the address (5.1.x), none, or none so far. */
type Belief = 'all' | 'addresses' | 'none' | 'wait';

/**
 * Reads what digests learned of mailboxes: an address that is not there for good is suppressed, so that no digest and no letter tries it again.
 * Each bounce is read once, by whichever clock comes first. A digest of which every fifth reader bounced is not believed until an editor lets it
 * go on, or until it is over: then those are believed whose address is unknown to a relay that took others. Returns how many were read.
 */
export async function suppressHardBounces(ctx: Context): Promise<number> {
  const beliefs = new Map<string, Belief>();
  const doubted = new Map<string, number>();
  const waiting = () => [...beliefs.keys()].filter((digestId) => beliefs.get(digestId) === 'wait');
  let read = 0;
  for (let isMore = true; isMore;) {
    const bounces = await unreadBounces(ctx.db, batchSize, waiting());
    for (const bounce of bounces) {
      const { digestId } = bounce;
      const belief = beliefs.get(digestId) ?? (await beliefIn(ctx, bounce));
      beliefs.set(digestId, belief);
      if (belief === 'wait') continue;
      read += 1;
      if ((await readBounce(ctx, bounce, belief)) === 'doubted') doubted.set(digestId, (doubted.get(digestId) ?? 0) + 1);
    }
    isMore = bounces.length === batchSize;
  }
  for (const [digestId, bounces] of doubted)
    ctx.log.warn({ digestId, bounces }, 'so many mailboxes are not there that they are not believed');
  return read;
}

async function beliefIn({ db }: Context, { digestId, isOver }: UnreadBounce): Promise<Belief> {
  const [counted] = await countRefusals(db, digestId);
  if (!counted) return 'all';
  const bounces = counted.bounces - (counted.forgiven?.bounces ?? 0);
  const settled = counted.settled - (counted.forgiven?.settled ?? 0);
  if (bounces < unbelievable.atLeast || bounces <= unbelievable.share * settled) return 'all';
  if (!isOver) return 'wait';
  return counted.accepted > 0 ? 'addresses' : 'none';
}

async function readBounce(ctx: Context, bounce: UnreadBounce, belief: Belief): Promise<'suppressed' | 'doubted' | 'nothing'> {
  const { address, code } = bounce;
  return ctx.db.transaction().execute(async (tx) => {
    const isHard = isHardBounce(code) && address !== null;
    const isBelieved = belief === 'all' || (belief === 'addresses' && code.startsWith('5.1.'));
    if (!(await insertBounce(tx, bounce, isHard && isBelieved)) || !isHard) return 'nothing';
    if (!isBelieved) return 'doubted';
    await suppressIn(ctx, tx, { address, reason: 'bounce', detail: code });
    return 'suppressed';
  });
}
