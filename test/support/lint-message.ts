/** A header field as it stands in the message: its name as written, and its value unfolded. */
export interface RawField {
  name: string;
  value: string;
  /** With its line ends. */
  raw: string;
}

export interface RawPart {
  type: string;
  encoding: string;
  body: string;
  text: string;
}

export interface RawMessage {
  fields: RawField[];
  parts: RawPart[];
  body: string;
}

/** What RFC 5321, 5322, 2045, 2046 and 2047 forbid, read from the bytes and by none of the code that wrote them. Empty: nothing. */
export function lintMessage(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [head, body] = [text.slice(0, end + 2), text.slice(end + 4)];
  return [...lintBytes(text), ...(end < 0 ? ['no empty line ends the headers'] : []), ...lintHeaders(head), ...lintBody(head, body)];
}

export function readRaw(bytes: Buffer): RawMessage {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const fields = fieldsOf(text.slice(0, end + 2));
  const body = text.slice(end + 4);
  return { fields, body, parts: partsOf(fields, body) };
}

function lintBytes(text: string): string[] {
  const lines = text.split('\r\n');
  return [
    ...(/\r(?!\n)|(?<!\r)\n/.test(text) ? ['a bare CR or LF'] : []),
    ...(/[^\x20-\x7e\t\r\n]/.test(text) ? ['a byte that is not printable ASCII'] : []),
    ...(text.endsWith('\r\n') ? [] : ['the last line has no end']),
    ...lines.filter((line) => line.length > 998).map((line) => `a line of ${line.length} octets`),
    ...lines.filter((line) => /[ \t]$/.test(line)).map((line) => `a line that ends in a blank: ${line.slice(0, 40)}`),
  ];
}

const once = ['from', 'date', 'to', 'subject', 'message-id', 'mime-version', 'content-type'];
const never = ['bcc', 'sender', 'return-path', 'received', 'precedence', 'x-mailer', 'content-transfer-encoding'];

function lintHeaders(head: string): string[] {
  const fields = fieldsOf(head);
  const count = (name: string) => fields.filter((field) => field.name.toLowerCase() === name).length;
  const repeated = fields.map(({ name }) => name.toLowerCase()).filter((name) => name !== 'dkim-signature' && count(name) > 1);
  return [
    ...once.filter((name) => count(name) !== 1).map((name) => `${count(name)} of ${name}`),
    ...never.filter((name) => count(name) > 0).map((name) => `a field ${name}`),
    ...new Set(repeated.map((name) => `${name} stands there twice`)),
    ...head
      .split('\r\n')
      .filter((line) => line.length > 78 && /\S \S/.test(line.replace(/^[^ ]+: |^ /, ''))) // one word cannot be folded
      .map((line) => `a header line of ${line.length}: ${line.slice(0, 40)}`),
    ...head
      .split('\r\n')
      .filter((line) => line.trim() === '' && line !== '')
      .map(() => 'a folded line with nothing on it'),
    ...fields.filter(({ name }) => !/^[!-9;-~]+$/.test(name)).map(({ name }) => `a field called ${name}`),
    ...fields.flatMap(({ name, value }) => lintWords(name, value)),
    ...lintValues(fields),
  ];
}

/** RFC 2047: at most 75 characters, each by itself whole characters, never in a quoted string. */
function lintWords(name: string, value: string): string[] {
  if (/"[^"]*=\?[^"]*"/.test(value)) return [`${name}: an encoded word in a quoted string`];
  return [...value.matchAll(/=\?[^?\s]+\?[BbQq]\?([^?\s]*)\?=/g)].flatMap(([word, payload = '']) => {
    const isB = /\?B\?/i.test(word);
    const octets = isB ? Buffer.from(payload, 'base64') : Buffer.from(decodeQ(payload), 'latin1');
    return [
      ...(word.length > 75 ? [`${name}: an encoded word of ${word.length}`] : []),
      ...(isUtf8(octets) ? [] : [`${name}: an encoded word that splits a character`]),
    ];
  });
}

const day = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$/;
const shapes: Record<string, RegExp> = {
  date: day,
  'message-id': /^<[a-z2-7]{39}@[a-z0-9.-]+>$/,
  'mime-version': /^1\.0$/,
  'content-type': /^multipart\/alternative; boundary="[^"]{1,70}"$/,
  'content-language': /^(en|he)$/,
  'auto-submitted': /^auto-generated$/,
  'list-id': /^(.+ )?<[a-z0-9-]+(\.[a-z0-9-]+)+>$/,
  'list-unsubscribe': /^<https:\/\/[^<>,\s]{1,191}>, <mailto:[^<>,\s]{1,191}>$/,
  'list-unsubscribe-post': /^List-Unsubscribe=One-Click$/,
  'feedback-id': /^[^:\s]+:[^:\s]+:[^:\s]+:[^:\s]+$/,
};

function lintValues(fields: readonly RawField[]): string[] {
  return fields.flatMap(({ name, value }) => {
    const shape = shapes[name.toLowerCase()];
    return shape && !shape.test(value) ? [`${name}: ${value}`] : [];
  });
}

function lintBody(head: string, body: string): string[] {
  const fields = fieldsOf(head);
  const parts = partsOf(fields, body);
  const types = parts.map(({ type }) => type).join(', ');
  return [
    ...(types === 'text/plain; charset=utf-8, text/html; charset=utf-8' ? [] : [`the parts are ${types}`]),
    ...(body.endsWith(`\r\n--${boundaryOf(fields)}--\r\n`) ? [] : ['the last boundary is open']),
    ...parts.flatMap(({ encoding, body: encoded, text }) => [
      ...(/^(quoted-printable|base64)$/.test(encoding) ? [] : [`the encoding ${encoding}`]),
      ...encoded
        .split('\r\n')
        .filter((line) => line.length > 76)
        .map((line) => `an encoded line of ${line.length}`),
      ...(encoding === 'quoted-printable' && /=(?![0-9A-F]{2}|\r\n)/.test(encoded) ? ['a loose = in quoted-printable'] : []),
      ...(encoding === 'base64' && !/^[A-Za-z0-9+/\r\n]*={0,2}\s*$/.test(encoded) ? ['not base64'] : []),
      ...(text.includes('\ufffd') ? ['a part that is no UTF-8'] : []),
      ...(/slot\.[a-z]/i.test(text) ? ['a slot that nobody filled'] : []),
    ]),
  ];
}

function fieldsOf(head: string): RawField[] {
  return head
    .split(/(?<=\r\n)(?![ \t])/)
    .filter((raw) => raw !== '')
    .map((raw) => {
      const colon = raw.indexOf(':');
      return {
        raw,
        name: raw.slice(0, colon),
        value: raw
          .slice(colon + 1)
          .replace(/\r\n(?=[ \t])/g, '')
          .trim(),
      };
    });
}

function partsOf(fields: readonly RawField[], body: string): RawPart[] {
  const pieces = `\r\n${body}`.split(`\r\n--${boundaryOf(fields)}`).slice(1, -1);
  return pieces.map((piece) => {
    const end = piece.indexOf('\r\n\r\n');
    const own = fieldsOf(piece.slice(2, end + 2));
    const valueOf = (name: string) => own.find((field) => field.name.toLowerCase() === name)?.value ?? '';
    const encoded = piece.slice(end + 4);
    const encoding = valueOf('content-transfer-encoding');
    return { type: valueOf('content-type'), encoding, body: encoded, text: decode(encoding, encoded) };
  });
}

function boundaryOf(fields: readonly RawField[]): string {
  const type = fields.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
  return /boundary="([^"]*)"/.exec(type)?.[1] ?? 'none';
}

function decode(encoding: string, encoded: string): string {
  return (
    encoding === 'base64' ? Buffer.from(encoded, 'base64') : Buffer.from(decodeQ(encoded.replace(/=\r\n/g, ''), '_'), 'latin1')
  ).toString();
}

function decodeQ(text: string, underscore = ' '): string {
  return text.replaceAll('_', underscore).replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function isUtf8(octets: Buffer): boolean {
  return Buffer.from(octets.toString()).equals(octets);
}
