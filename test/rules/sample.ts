import type { DigestEmail } from '#src/mail/digest-email';
import { renderEmail } from '#src/mail/render-email';
import { sampleHosts } from '#src/mail/samples';
import type { CheckRequest } from '#src/rules/checked-message';

/** A digest, rendered and ready to be checked. */
export async function checkedDigest(email: DigestEmail): Promise<CheckRequest> {
  return { rendered: await renderEmail({ email: 'digest', variables: email }), email, allowedHosts: sampleHosts };
}
