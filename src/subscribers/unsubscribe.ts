import type { Context } from '#src/context';
import { lockReader, markLeft } from '#src/subscribers/queries';
import { recordConsent } from '#src/subscribers/record-consent';

/** How somebody left: by the button of their mail program (RFC 8058), by our page, or by a program of the publisher's. */
export type LeftBy = 'header' | 'page' | 'preferences' | 'api';

/** At once and for good, however often it is asked; the row itself tells the senders. `unknown`: the person was erased, so there is nothing left to leave. */
export async function unsubscribe(ctx: Context, subscriptionId: string, by: LeftBy): Promise<'left' | 'already' | 'unknown'> {
  return ctx.db.transaction().execute(async (tx) => {
    const reader = await lockReader(tx, subscriptionId);
    if (!reader) return 'unknown';
    if (reader.state === 'left') return 'already';
    const { subscriberId, newsletterId } = reader;
    await markLeft(tx, reader, ctx.now());
    await recordConsent(tx, { subscriberId, newsletterId, kind: 'left', at: ctx.now(), payload: { by }, ip: null });
    return 'left';
  });
}
