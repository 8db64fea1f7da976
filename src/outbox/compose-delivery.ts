import type { Config } from '#src/config';
import { writeLink } from '#src/links';
import { feedbackId } from '#src/mail/feedback-id';
import { fillSkeleton } from '#src/mail/fill-skeleton';
import { joinedSlots } from '#src/mail/joined-slots';
import { messageIdFor } from '#src/mail/message-id';
import type { PreparedContent } from '#src/outbox/prepared-content';
import type { Lease, Reader } from '#src/outbox/delivery';

/** As `Signer.sign` or `Signer.signInPool`. */
export type Sign = (headers: string, body: Uint8Array, signedAt: Date) => string | Promise<string>;

/**
 * One reader's message: signature and headers, the empty line, the body. Complete, CRLF only, no line begins with a dot.
 *
 * @param lane where the body is written: valid until the next message of the same lane
 */
export async function composeDelivery(
  config: Config,
  sign: Sign | null,
  content: PreparedContent,
  lease: Pick<Lease, 'digestId' | 'relay'>,
  reader: Reader,
  now: Date,
  lane?: Buffer,
): Promise<Buffer[]> {
  // expiries count from the freeze, so that any worker makes the same bytes at any time
  const unsubscribe = writeLink(config.keys, 'unsubscribe', reader.subscriptionId, content.frozenAt, lease.digestId);
  const preferences = writeLink(config.keys, 'preferences', reader.subscriptionId, content.frozenAt, lease.digestId);
  const body = fillSkeleton(content.skeleton, { unsubscribe, preferences, ...joinedSlots(reader.joinedAt) }, lane);
  const headers = content.headersFor({
    to: reader.address,
    messageId: messageIdFor(BigInt(lease.digestId), BigInt(reader.subscriberId), Buffer.from(config.keys.hash), config.mail.domain),
    date: now,
    unsubscribe: { url: `${content.publicUrl}/u/${unsubscribe}`, mailto: `mailto:${config.mail.from}?subject=unsubscribe` },
    feedbackId: feedbackId([lease.digestId, content.list, lease.relay, config.mail.domain]),
  });
  const signature = sign ? await sign(headers, body, now) : '';
  return [Buffer.from(`${signature}${headers}\r\n`), body];
}
