import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import type { Cadence } from '#src/db/tables';
import { Refusal } from '#src/errors';
import { findSubscriber } from '#src/subscribers/find-subscriber';
import { lockSubscriber, updateCadences } from '#src/subscribers/membership-queries';
import { markLeft, updateLanguage, updatePause } from '#src/subscribers/queries';
import { recordConsent } from '#src/subscribers/record-consent';
import type { Subscriber, Subscription } from '#src/subscribers/subscriber-record';

export interface SubscriberChange {
  /** Slug: whose cadences are meant, and what is left. */
  newsletter?: string | undefined;
  cadences?: Cadence[] | undefined;
  /** Of pages, one-off mail and the digest's frame, for all that the person gets. */
  language?: string | undefined;
  /** For all that the person gets; null ends the pause. */
  pausedUntil?: Date | null | undefined;
  /** Leaves the newsletter, or all of them when none is named. */
  state?: 'left' | undefined;
}

const longestPauseMs = 366 * 24 * 3_600_000;

/** All of it or nothing. @throws Refusal not-found, version-changed, wrong-state (who left is not changed), invalid */
export async function changeSubscriber(ctx: Context, id: string, change: SubscriberChange, ifMatch: number | null): Promise<Subscriber> {
  refuseOddPause(change.pausedUntil, ctx.now());
  return ctx.db.transaction().execute(async (tx) => {
    await lockSubscriber(tx, id);
    const subscriber = await findSubscriber(tx, { id });
    if (ifMatch !== null && ifMatch !== subscriber.version) throw new Refusal('version-changed', 'The subscriber was changed meanwhile.');
    const chosen = choose(subscriber, change.newsletter);
    if (change.cadences) await changeCadences(ctx, tx, subscriber, { ...change, cadences: change.cadences });
    if (change.language !== undefined) await updateLanguage(tx, id, change.language);
    if (change.pausedUntil !== undefined) await updatePause(tx, id, change.pausedUntil);
    if (change.state === 'left') for (const one of chosen) if (one.state !== 'left') await leave(ctx, tx, id, one);
    return findSubscriber(tx, { id });
  });
}

function refuseOddPause(pausedUntil: Date | null | undefined, now: Date): void {
  if (!pausedUntil) return;
  if (pausedUntil > now && pausedUntil.getTime() <= now.getTime() + longestPauseMs) return;
  throw fault('/pausedUntil', 'lies within the coming year');
}

function choose({ subscriptions }: Subscriber, newsletter: string | undefined): Subscription[] {
  const chosen = subscriptions.filter((one) => newsletter === undefined || one.newsletter === newsletter);
  if (newsletter !== undefined && chosen.length === 0) throw fault('/newsletter', 'is none that this person has to do with');
  return chosen;
}

async function changeCadences(
  ctx: Context,
  tx: Tx,
  subscriber: Subscriber,
  { newsletter, cadences }: { newsletter?: string | undefined; cadences: Cadence[] },
): Promise<void> {
  const living = choose(subscriber, newsletter).filter(({ state }) => state !== 'left');
  const [one, ...others] = living;
  if (!one || subscriber.state === 'suppressed') throw new Refusal('wrong-state', 'The person gets nothing of it that could be changed.');
  if (others.length > 0) throw fault('/newsletter', `say which: ${living.map((each) => each.newsletter).join(', ')}`);
  if (one.cadences.join() === cadences.join()) return;
  await updateCadences(tx, one.id, cadences);
  const event = { subscriberId: subscriber.id, newsletterId: one.newsletterId, kind: 'changed' as const, at: ctx.now(), ip: null };
  await recordConsent(tx, { ...event, payload: { by: 'api', cadences } });
}

async function leave(ctx: Context, tx: Tx, subscriberId: string, { id, newsletterId }: Subscription): Promise<void> {
  await markLeft(tx, { subscriberId, subscriptionId: id }, ctx.now());
  await recordConsent(tx, { subscriberId, newsletterId, kind: 'left', at: ctx.now(), payload: { by: 'api' }, ip: null });
}

function fault(pointer: string, detail: string): Refusal {
  return new Refusal('invalid', 'The change does not fit.', { faults: [{ pointer, detail }] });
}
