import { createHash } from 'node:crypto';
import { writeBase32 } from '#src/mail/base32';
import { encodeBase64 } from '#src/mail/encode-base64';
import { encodeQuotedPrintable } from '#src/mail/encode-quoted-printable';
import type { EncodedPart, EncodedWindow, MessageSource, PlacedSlot, Skeleton } from '#src/mail/skeleton';

/** Encodes a message for all its readers: multipart/alternative, the plain text first (RFC 2046 §5.1.4), the same bytes on every machine. */
export function compileSkeleton(source: MessageSource): Skeleton {
  if (!/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(source.language)) throw new TypeError(`not a language tag: ${source.language}`);
  const boundary = boundaryFor(source);
  const body = new Body();
  body.add(`--${boundary}\r\n`);
  body.addPart('text/plain', encode(source.text));
  body.add(`\r\n--${boundary}\r\n`);
  body.addPart('text/html', encode(source.html));
  body.add(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/alternative; boundary="${boundary}"`,
    contentLanguage: source.language,
    wire: Buffer.from(body.wire, 'latin1'),
    plain: body.plain,
    windows: body.windows,
  };
}

/** `=_` can stand in neither quoted-printable nor base64, so no content can hold its own boundary. */
function boundaryFor({ html, text, language }: MessageSource): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([html, text, language]))
    .digest();
  return `=_${writeBase32(hash.subarray(0, 15))}`;
}

/** The encoding that is shorter on the wire: quoted-printable for English, base64 for Hebrew. */
function encode(text: string): EncodedPart {
  const withLineEnds = text.replace(/\r\n|\r|\n/g, '\r\n');
  const quotedPrintable = encodeQuotedPrintable(withLineEnds);
  const base64 = encodeBase64(withLineEnds);
  return quotedPrintable.wire.length <= base64.wire.length ? quotedPrintable : base64;
}

class Body {
  wire = '';
  plain: PlacedSlot[] = [];
  windows: EncodedWindow[] = [];

  add(text: string) {
    this.wire += text;
  }

  addPart(type: string, part: EncodedPart) {
    this.add(`Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${part.encoding}\r\n\r\n`);
    const start = this.wire.length;
    this.plain.push(...part.plain.map(({ slot, at }) => ({ slot, at: start + at })));
    for (const window of part.windows) {
      this.windows.push({ ...window, lines: window.lines.map(({ at, length }) => ({ at: start + at, length })) });
    }
    this.add(part.wire);
  }
}
