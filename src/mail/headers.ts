import { encodeWords } from '#src/mail/encoded-words';

/** What every message of a digest or a kind has in common: encoded once. */
export type SharedHeaders = {
  from: { name: string; address: string };
  replyTo?: string;
  subject: string;
  contentType: string;
  contentLanguage: string;
  /** `id` is `label.domain`, without angle brackets (RFC 2919 §2). */
  list?: { name: string; id: string };
  /** Mail that a machine wrote in answer to somebody (RFC 3834 §5). */
  autoSubmitted?: 'auto-generated';
};

export type ReaderHeaders = {
  to: string;
  /** With its angle brackets. */
  messageId: string;
  date: Date;
  /** Each at most 200 characters. The https one alone identifies reader and list (RFC 8058 §3.1). */
  unsubscribe?: { url: string; mailto?: string };
  feedbackId?: string;
};

/** A value that could end its line, or is not what its field takes. The message names the field, never the value. */
export class UnsafeHeader extends Error {
  override readonly name = 'UnsafeHeader';
  readonly field: string;

  constructor(field: string) {
    super(`unsafe value for the header field ${field}`);
    this.field = field;
  }
}

/**
 * The header block of every message that shares `shared`: lines end in CRLF, none is longer than 998 characters (RFC 5322
 * §2.1.1), the empty line that ends the block is not in it.
 *
 * @throws UnsafeHeader, here or from the function that is returned
 */
export function prepareHeaders(shared: SharedHeaders): (reader: ReaderHeaders) => string {
  const before = from(shared) + replyTo(shared) + subject(shared);
  const after =
    'MIME-Version: 1.0\r\n' +
    line('Content-Type', token(shared.contentType, 'Content-Type', /^[\x20-\x7e]{1,300}$/)) +
    line('Content-Language', token(shared.contentLanguage, 'Content-Language', /^[A-Za-z0-9-]{1,60}$/)) +
    listId(shared) +
    (shared.autoSubmitted ? line('Auto-Submitted', shared.autoSubmitted) : '');
  return (reader) =>
    before +
    line('To', token(reader.to, 'To', mailbox)) +
    line('Date', date(reader.date)) +
    line('Message-ID', token(reader.messageId, 'Message-ID', /^<[!-;=?A-~]{1,64}@[!-;=?A-~]{1,185}>$/)) +
    after +
    listUnsubscribe(reader) +
    (reader.feedbackId === undefined ? '' : line('Feedback-ID', token(reader.feedbackId, 'Feedback-ID', /^[!-~]{1,127}$/)));
}

/** An address as `parseAddress` gives it: no blanks, quotes, brackets or control characters. */
const mailbox = /^[^\p{C}\p{Z}"(),:;<>@[\\\]]{1,64}@[a-z0-9.-]{1,253}$/u;

function from({ from: { name, address } }: SharedHeaders): string {
  return named('From', name, token(address, 'From', mailbox));
}

function replyTo(shared: SharedHeaders): string {
  return shared.replyTo === undefined ? '' : line('Reply-To', token(shared.replyTo, 'Reply-To', mailbox));
}

function subject(shared: SharedHeaders): string {
  const text = printable(shared.subject, 'Subject');
  return isPlain(text) ? foldAtBlanks('Subject:', text) : line('Subject', encodeWords(text, 'Subject: '.length));
}

function listId({ list }: SharedHeaders): string {
  if (!list) return '';
  const id = token(list.id, 'List-Id', /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/);
  if (id.length > 255) throw new UnsafeHeader('List-Id'); // RFC 2919 §2
  return named('List-Id', list.name, id);
}

function listUnsubscribe({ unsubscribe }: ReaderHeaders): string {
  if (!unsubscribe) return '';
  const uris = [`<${token(unsubscribe.url, 'List-Unsubscribe', oneClickUrl)}>`];
  if (unsubscribe.mailto !== undefined) uris.push(`<${token(unsubscribe.mailto, 'List-Unsubscribe', /^mailto:[!-;=?-~]{3,193}$/)}>`);
  return line('List-Unsubscribe', uris.join(',\r\n ')) + 'List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n';
}

/** https (RFC 8058 §3.1), or a loopback address while somebody tries the service at home. */
const oneClickUrl = /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/])[!-;=?-~]{1,192}$/;

function date(at: Date): string {
  if (Number.isNaN(at.getTime())) throw new UnsafeHeader('Date');
  return at.toUTCString().replace('GMT', '+0000');
}

function line(field: string, value: string): string {
  return `${field}: ${value}\r\n`;
}

function token(value: string, field: string, pattern: RegExp): string {
  if (value.length > 340 || !pattern.test(value)) throw new UnsafeHeader(field);
  return value;
}

function printable(text: string, field: string): string {
  if (text.length > 900 || /\p{Cc}/u.test(text)) throw new UnsafeHeader(field);
  return text;
}

/** Words of ASCII with single blanks between them, none too long to fold and nothing that looks encoded. */
function isPlain(text: string): boolean {
  return /^(?:[!-~]+(?: [!-~]+)*)?$/.test(text) && !text.includes('=?') && !/[!-~]{60}/.test(text);
}

/** `Name <address>`, the address on a line of its own where the two do not fit one. */
function named(field: string, name: string, address: string): string {
  if (name === '') return line(field, `<${address}>`);
  const start = `${field}: ${phrase(printable(name, field), `${field}: `.length)}`;
  const column = start.length - (start.lastIndexOf('\n') + 1);
  return `${start}${column + address.length + 3 > 78 ? '\r\n ' : ' '}<${address}>\r\n`;
}

/** RFC 5322 §3.2.5: bare words, or one quoted string, or encoded words. */
function phrase(name: string, column: number): string {
  if (!isPlain(name) || name.length > 55) return encodeWords(name, column);
  return /^[A-Za-z0-9 !#$%&'*+\-/=?^_`{|}~]*$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** Lines of at most 78 characters (RFC 5322 §2.1.1); `isPlain` words always leave a place to fold. */
function foldAtBlanks(start: string, text: string): string {
  let folded = start;
  let width = start.length;
  for (const word of text.split(' ')) {
    const fits = width + 1 + word.length <= 78;
    folded += (fits ? ' ' : '\r\n ') + word;
    width = (fits ? width : 0) + 1 + word.length;
  }
  return `${folded}\r\n`;
}
