import type { Context } from '#src/context';
import { deliverLater } from '#src/outbox/deliver-later';
import { insertRequest } from '#src/subscribers/request-queries';
import type { SubscriberEmail } from '#src/subscribers/subscriber';

interface Asking {
  address: SubscriberEmail;
  newsletter: string;
  language: string;
  page: string;
  ip: string | null;
}

/** "If we know this address, a message is on its way": the same statement for every address, as for a sign-up. */
export async function askForLinks(ctx: Context, asking: Asking): Promise<void> {
  const unasked = { cadences: [], source: null, wording: 'none', hasCookie: false, subscriptionId: null };
  await insertRequest(ctx.db, 'data-request', { ...asking, ...unasked, askedAt: ctx.now() });
  await deliverLater(ctx, 'transactional');
}
