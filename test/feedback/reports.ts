import { writeLink } from '#src/links';
import { messageIdFor } from '#src/mail/message-id';
import type { Context } from '#src/context';

interface About {
  type?: string;
  /** Header lines of the message that it is about, as its receiver kept them. */
  original?: string[];
  recipient?: string;
  /** Some send the whole message, some its headers. */
  part?: 'message/rfc822' | 'text/rfc822-headers';
}

/** A feedback report as a mailbox provider sends it (RFC 5965 §2). */
export function feedbackReport({ type = 'abuse', original = [], recipient, part = 'message/rfc822' }: About): string {
  return [
    'From: <complaints@mailbox.example>',
    'To: <feedback@news.example.org>',
    'Date: Sun, 22 Nov 2026 08:00:00 +0000',
    'Subject: FW: The morning in eight articles',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report;',
    '  boundary="part-of-report"',
    '',
    '--part-of-report',
    'Content-Type: text/plain; charset="US-ASCII"',
    '',
    'A reader of ours pressed "junk" on the message below.',
    '--part-of-report',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${type}`,
    'User-Agent: MailboxExample/2.1',
    'Version: 1',
    'Original-Mail-From: <briefing@news.example.org>',
    ...(recipient ? [`Original-Rcpt-To: <${recipient}>`] : []),
    '',
    '--part-of-report',
    `Content-Type: ${part}`,
    '',
    'From: Israel Briefing <briefing@news.example.org>',
    'To: <redacted@mailbox.example>',
    ...original,
    'Subject: The morning in eight articles',
    '',
    ...(part === 'message/rfc822' ? ['Good morning.'] : []),
    '--part-of-report--',
    '',
  ].join('\r\n');
}

export function messageIdLine({ config }: Context, digestId: string, subscriberId: string): string {
  return `Message-ID: ${messageIdFor(BigInt(digestId), BigInt(subscriberId), Buffer.from(config.keys.hash), config.mail.domain)}`;
}

export function unsubscribeLines({ config }: Context, subscriptionId: string, digestId: string): string[] {
  const token = writeLink(config.keys, 'unsubscribe', subscriptionId, new Date(), digestId);
  return [`List-Unsubscribe: <https://news.example.org/u/${token}>,`, '\t<mailto:briefing@news.example.org?subject=unsubscribe>'];
}
