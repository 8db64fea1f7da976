/** What every message of a digest or a kind has in common: encoded once. */
export type SharedHeaders = {
  from: { name: string; address: string };
  replyTo?: string;
  subject: string;
  contentType: string;
  contentLanguage: string;
  /** `id` is `label.domain`, without angle brackets. */
  list?: { name: string; id: string };
  /** Mail that a machine wrote in answer to somebody: `Auto-Submitted: auto-generated` (RFC 3834 §5). */
  autoSubmitted?: 'auto-generated';
};

export type ReaderHeaders = {
  to: string;
  /** With its angle brackets. */
  messageId: string;
  date: Date;
  /** Both at most 200 characters; https first (RFC 8058 §3.1). */
  unsubscribe?: { url: string; mailto?: string };
  feedbackId?: string;
};

/** @throws UnsafeHeader naming the field. */
export function prepareHeaders(_shared: SharedHeaders): (reader: ReaderHeaders) => string {
  throw new Error('not written yet');
}
