import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { activate, type LockedReader, lockReader, markPending } from '#src/subscribers/queries';
import { recordConsent } from '#src/subscribers/record-consent';
import { undoHours } from '#src/subscribers/subscriber';

/** `not-left`: subscribed all the while. `too-late`: more than 24 hours ago. */
export type Undone = 'undone' | 'not-left' | 'too-late' | 'unknown';

export async function undoUnsubscribe(ctx: Context, subscriptionId: string): Promise<Undone> {
  return ctx.db.transaction().execute((tx) => undoIn(ctx, tx, subscriptionId));
}

export async function undoIn(ctx: Context, tx: Tx, subscriptionId: string): Promise<Undone> {
  const reader = await lockReader(tx, subscriptionId);
  if (!reader || reader.subscriberState === 'suppressed') return 'unknown';
  if (reader.state !== 'left') return 'not-left';
  if (!isUndoable(reader.leftAt, ctx.now())) return 'too-late';
  await restore(ctx, tx, reader);
  return 'undone';
}

export function isUndoable(leftAt: Date | null, now: Date): boolean {
  return leftAt !== null && now.getTime() - leftAt.getTime() < undoHours * 3_600_000;
}

/** What was never confirmed is not confirmed by leaving it and coming back. */
async function restore(ctx: Context, tx: Tx, reader: LockedReader): Promise<void> {
  if (reader.confirmedAt === null) return markPending(tx, reader);
  const { subscriberId, newsletterId } = reader;
  await activate(tx, reader, ctx.now());
  await recordConsent(tx, { subscriberId, newsletterId, kind: 'returned', at: ctx.now(), payload: { by: 'undo' }, ip: null });
}
