import type { Context } from '#src/context';
import { updatePause } from '#src/subscribers/queries';
import { undoIn, type Undone } from '#src/subscribers/undo-unsubscribe';
import { findReader } from '#src/subscribers/find-reader';

export const pauseDays = [7, 14, 30, 90] as const;

/** "Pause instead": takes the leaving back, if there was one, and sends nothing before `until`. */
export async function pause(ctx: Context, subscriptionId: string, until: Date): Promise<Undone> {
  return ctx.db.transaction().execute(async (tx) => {
    const outcome = await undoIn(ctx, tx, subscriptionId);
    const reader = outcome === 'undone' || outcome === 'not-left' ? await findReader(tx, subscriptionId) : null;
    if (reader) await updatePause(tx, reader.subscriberId, until);
    return outcome;
  });
}
