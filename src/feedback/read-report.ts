import PostalMime from 'postal-mime';
import { Refusal } from '#src/errors';

/** What a feedback report (ARF, RFC 5965) says, of which each part but the type may be missing: some senders of reports blank addresses out. */
export interface FeedbackReport {
  /** `abuse`, `opt-out`, `not-spam`, `auth-failure` …, in lower case. */
  type: string;
  /** Of the message that it is about. */
  messageId: string | null;
  /** The token of its List-Unsubscribe. */
  unsubscribe: string | null;
  recipient: string | null;
}

/** @throws Refusal invalid for whatever is no feedback report */
export async function readReport(raw: Buffer): Promise<FeedbackReport> {
  const parts = await partsOf(raw);
  const report = headersIn(parts.find(({ type }) => type === 'message/feedback-report')?.text ?? '');
  const type = report.get('feedback-type')?.toLowerCase();
  if (!type) throw new Refusal('invalid', 'This is no feedback report: no part message/feedback-report with a Feedback-Type (RFC 5965).');
  const original = headersIn(parts.find(({ type: name }) => name === 'message/rfc822' || name === 'text/rfc822-headers')?.text ?? '');
  return {
    type,
    messageId: original.get('message-id') ?? null,
    unsubscribe: /\/u\/([A-Za-z0-9_-]{52})(?![A-Za-z0-9_-])/.exec(original.get('list-unsubscribe') ?? '')?.[1] ?? null,
    recipient: withoutBrackets(report.get('original-rcpt-to')),
  };
}

interface Part {
  type: string;
  text: string;
}

async function partsOf(raw: Buffer): Promise<Part[]> {
  const message = await PostalMime.parse(raw, { forceRfc822Attachments: true, attachmentEncoding: 'utf8', maxNestingDepth: 20 }).catch(
    (error: unknown) => {
      throw new Refusal('invalid', 'This message cannot be read.', { cause: error });
    },
  );
  return message.attachments.map(({ mimeType, content }) => ({
    type: mimeType.toLowerCase(),
    text: typeof content === 'string' ? content : '',
  }));
}

/** The first of each field up to the empty line, unfolded; names in lower case. */
function headersIn(text: string): ReadonlyMap<string, string> {
  const [head = ''] = text.slice(0, 100_000).split(/\r?\n\r?\n/);
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}

function withoutBrackets(address: string | undefined): string | null {
  return address?.replace(/^rfc822;\s*/i, '').replace(/^<(.*)>$/, '$1') || null;
}
