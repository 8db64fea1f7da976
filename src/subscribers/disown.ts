import type { Context } from '#src/context';
import { lockReader, markLeft } from '#src/subscribers/queries';
import { suppressIn } from '#src/subscribers/suppress';

/** "This was not me": nothing comes of the request, and the address is blocked, by its hash only. `unknown`: the request is gone already. */
export async function disown(ctx: Context, subscriptionId: string): Promise<'blocked' | 'unknown'> {
  return ctx.db.transaction().execute(async (tx) => {
    const reader = await lockReader(tx, subscriptionId);
    if (!reader || reader.address === null) return 'unknown';
    if (reader.state !== 'left') await markLeft(tx, reader, ctx.now());
    await suppressIn(ctx, tx, { address: reader.address, reason: 'not-me', detail: null });
    return 'blocked';
  });
}
