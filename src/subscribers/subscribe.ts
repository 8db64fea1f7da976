import type { Context } from '#src/context';
import type { Cadence } from '#src/db/tables';
import { Refusal } from '#src/errors';
import { askTogether } from '#src/subscribers/ask-together';
import type { SubscriberEmail } from '#src/subscribers/subscriber';

/** What a visitor asks for, and how it came to us: the proof of consent is made of it. */
export interface SignUp {
  address: SubscriberEmail;
  newsletter: string;
  cadences: Cadence[];
  language: string;
  source: string | null;
  /** Version of the consent text that was shown. */
  wording: string;
  page: string;
  ip: string | null;
  /** Asked again by the browser that asked first: it may ask sooner (I6). */
  hasCookie: boolean;
}

/**
 * The same for every address: one statement writes the request and a message that nobody has decided on yet; whose address it is, a worker finds
 * out. Those who ask at the same moment share it. Returns the request's id.
 *
 * @throws Refusal not-found when there is no such newsletter, or it is closed
 */
export async function subscribe(ctx: Context, signUp: SignUp): Promise<string> {
  const requestId = await askTogether(ctx, { ...signUp, kind: 'confirmation', subscriptionId: null, askedAt: ctx.now() });
  if (requestId === null) throw new Refusal('not-found', 'There is no such newsletter, or it is closed.');
  return requestId;
}
