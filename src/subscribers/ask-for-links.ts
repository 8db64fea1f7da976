import type { Context } from '#src/context';
import { askTogether } from '#src/subscribers/ask-together';
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
  await askTogether(ctx, { ...asking, ...unasked, kind: 'data-request', askedAt: ctx.now() });
}
