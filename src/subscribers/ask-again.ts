import type { Context } from '#src/context';
import type { SignUpRequest } from '#src/subscribers/find-request';
import { SubscriberEmail } from '#src/subscribers/subscriber';
import { subscribe } from '#src/subscribers/subscribe';

export const askAgainMinutes = 15;

export type AskedAgain = { asked: true; requestId: string } | { asked: false; from: Date };

/** The holder of the sign-up cookie asks for the confirmation again, at the earliest 15 minutes after the last time. */
export async function askAgain(
  ctx: Context,
  request: SignUpRequest,
  circumstances: { page: string; ip: string | null },
): Promise<AskedAgain> {
  const from = new Date(request.askedAt.getTime() + askAgainMinutes * 60_000);
  if (ctx.now() < from) return { asked: false, from };
  const requestId = await subscribe(ctx, {
    address: SubscriberEmail.parse(request.address),
    newsletter: request.newsletter.slug,
    cadences: request.cadences,
    language: request.language,
    source: request.source,
    wording: request.wording,
    hasCookie: true,
    ...circumstances,
  });
  return { asked: true, requestId };
}
