import type { Finding } from '#src/cli/doctor/finding';
import type { Config } from '#src/config';
import { parseAddress } from '#src/mail/address';

/** Every message is written in the name of these. DKIM helps only when it signs for the same domain (RFC 9989 §5, alignment). */
export async function checkSender({ mail, dkim }: Config): Promise<Finding[]> {
  const part = 'sender';
  const wrong = [mail.from, mail.confirmationFrom].find((address) => typeof parseAddress(address) === 'string');
  if (wrong !== undefined) return [{ part, level: 'bad', detail: `"${wrong}" is no email address` }];
  const isAligned = dkim === null || mail.domain === dkim.domain || mail.domain.endsWith(`.${dkim.domain}`);
  if (!isAligned) return [{ part, level: 'bad', detail: `DKIM signs for ${dkim.domain}, digests come from ${mail.domain}` }];
  return [{ part, level: 'ok', detail: mail.from }];
}
