import type { Context } from '#src/context';
import { isHardBounce } from '#src/feedback/hard-bounce';
import { insertBounce, type UnreadBounce, unreadBounces } from '#src/feedback/queries';
import { suppressIn } from '#src/subscribers/suppress';

const batchSize = 200;

/**
 * Reads what digests learned of mailboxes: an address that is not there for good is suppressed, so that no digest and no letter tries it again.
 * Each bounce is read once, by whichever clock comes first. Returns how many were read.
 */
export async function suppressHardBounces(ctx: Context): Promise<number> {
  let read = 0;
  for (;;) {
    const bounces = await unreadBounces(ctx.db, batchSize);
    for (const bounce of bounces) await readBounce(ctx, bounce);
    read += bounces.length;
    if (bounces.length < batchSize) return read;
  }
}

async function readBounce(ctx: Context, bounce: UnreadBounce): Promise<void> {
  const { address, code } = bounce;
  await ctx.db.transaction().execute(async (tx) => {
    const suppressed = isHardBounce(code) && address !== null;
    if (!(await insertBounce(tx, bounce, suppressed)) || !suppressed) return;
    await suppressIn(ctx, tx, { address, reason: 'bounce', detail: code });
  });
}
