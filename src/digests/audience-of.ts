import type { Digest } from '#src/digests/digest';
import type { Audience } from '#src/outbox/audience';

/** Whom a digest is for, were it frozen now. */
export function audienceOf({ newsletter, cadence, corrects }: Digest, now: Date): Audience {
  return { newsletterId: newsletter.id, cadence, corrects, now };
}
