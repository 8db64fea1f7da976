import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { prepareHeaders, UnsafeHeader, type ReaderHeaders, type SharedHeaders } from '#src/mail/headers';

const shared: SharedHeaders = {
  from: { name: 'Israel Briefing', address: 'briefing@news.example' },
  subject: 'Today in Israel',
  contentType: 'multipart/alternative; boundary="=_abc"',
  contentLanguage: 'en',
  list: { name: 'Israel Briefing', id: 'daily.briefing.news.example' },
};
const reader: ReaderHeaders = {
  to: 'dana@example.org',
  messageId: '<abc@news.example>',
  date: new Date('2026-11-22T05:00:00Z'),
  unsubscribe: { url: 'https://news.example/u/token', mailto: 'mailto:leave@news.example?subject=token' },
  feedbackId: 'digest:list:relay:sender',
};
const anyText = fc
  .string({ unit: 'binary', maxLength: 300 })
  .map((text) =>
    Buffer.from(text.replace(/\p{Cc}/gu, ''))
      .toString()
      .slice(0, 300),
  )
  .map((text) => Buffer.from(text).toString());
const phrases = fc
  .array(fc.constantFrom('Budget', ' ', 'תקציב', '👩‍👩‍👧', '=?utf-8?Q?x?=', '"', '\\', ',', '(', '_', '?', 'x'.repeat(70)), { maxLength: 30 })
  .map((parts) => parts.join(''));
const text = fc.oneof(anyText, phrases, fc.string({ unit: 'grapheme-ascii', maxLength: 300 }));

describe('the header block', () => {
  test('is what RFC 5322, 2369, 2919 and 8058 ask for', () => {
    expect(prepareHeaders({ ...shared, replyTo: 'desk@news.example', autoSubmitted: 'auto-generated' })(reader)).toBe(
      [
        'From: Israel Briefing <briefing@news.example>',
        'Reply-To: desk@news.example',
        'Subject: Today in Israel',
        'To: dana@example.org',
        'Date: Sun, 22 Nov 2026 05:00:00 +0000',
        'Message-ID: <abc@news.example>',
        'MIME-Version: 1.0',
        'Content-Type: multipart/alternative; boundary="=_abc"',
        'Content-Language: en',
        'List-Id: Israel Briefing <daily.briefing.news.example>',
        'Auto-Submitted: auto-generated',
        'List-Unsubscribe: <https://news.example/u/token>,',
        ' <mailto:leave@news.example?subject=token>',
        'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
        'Feedback-ID: digest:list:relay:sender',
        '',
      ].join('\r\n'),
    );
  });

  test('gives back any subject', () =>
    fc.assert(
      fc.asyncProperty(text, async (subject) => {
        expect((await parsed({ ...shared, subject })).subject ?? '').toBe(subject);
      }),
      { numRuns: 500 },
    ));

  test('gives back any sender name and list name', () =>
    fc.assert(
      fc.asyncProperty(
        text.filter((name) => name.trim() !== ''),
        async (name) => {
          const { from } = await parsed({ ...shared, from: { name, address: 'briefing@news.example' } });
          expect(from).toMatchObject({ name, address: 'briefing@news.example' });
        },
      ),
      { numRuns: 500 },
    ));

  test('has short lines, words of at most 75 characters, and no character in two words', () =>
    fc.assert(
      fc.property(text, (words) => {
        const block = prepareHeaders({
          ...shared,
          subject: words,
          from: { name: words, address: 'a@b.example' },
          list: { name: words, id: 'a.b.example' },
        })(reader);
        expect(block).toMatch(/^(?:[\x20-\x7e]*\r\n)+$/);
        for (const line of block.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
        for (const [word, encoding, payload] of block.matchAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/g)) {
          expect(word.length).toBeLessThanOrEqual(75);
          const bytes =
            encoding === 'B'
              ? Buffer.from(payload!, 'base64')
              : Buffer.from(
                  payload!.replace(/_/g, ' ').replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
                  'latin1',
                );
          expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).not.toThrow();
        }
      }),
      { numRuns: 300 },
    ));
});

describe('a hostile value', () => {
  const attacks = ['x\r\nBcc: all@example.org', 'x\nBcc: y', 'x\rBcc: y', 'x\0y', '\r\n', 'x\u0085y', 'x\x7fy'];
  const places: [string, (attack: string) => string][] = [
    ['Subject', (attack) => prepareHeaders({ ...shared, subject: attack })(reader)],
    ['From', (attack) => prepareHeaders({ ...shared, from: { name: attack, address: 'a@b.example' } })(reader)],
    ['From', (attack) => prepareHeaders({ ...shared, from: { name: 'x', address: `${attack}@b.example` } })(reader)],
    ['Reply-To', (attack) => prepareHeaders({ ...shared, replyTo: `${attack}@b.example` })(reader)],
    ['List-Id', (attack) => prepareHeaders({ ...shared, list: { name: attack, id: 'a.b' } })(reader)],
    ['List-Id', (attack) => prepareHeaders({ ...shared, list: { name: 'x', id: `a.${attack}` } })(reader)],
    ['Content-Type', (attack) => prepareHeaders({ ...shared, contentType: attack })(reader)],
    ['Content-Language', (attack) => prepareHeaders({ ...shared, contentLanguage: attack })(reader)],
    ['To', (attack) => prepareHeaders(shared)({ ...reader, to: `${attack}@b.example` })],
    ['To', (attack) => prepareHeaders(shared)({ ...reader, to: `a@${attack}` })],
    ['Message-ID', (attack) => prepareHeaders(shared)({ ...reader, messageId: `<${attack}@b.example>` })],
    ['Feedback-ID', (attack) => prepareHeaders(shared)({ ...reader, feedbackId: attack })],
    ['List-Unsubscribe', (attack) => prepareHeaders(shared)({ ...reader, unsubscribe: { url: `https://b.example/${attack}` } })],
    [
      'List-Unsubscribe',
      (attack) => prepareHeaders(shared)({ ...reader, unsubscribe: { url: 'https://b.example', mailto: `mailto:${attack}` } }),
    ],
    ['Date', () => prepareHeaders(shared)({ ...reader, date: new Date(Number.NaN) })],
  ];

  test.each(places)('in %s is refused by that name', (field, write) => {
    for (const attack of attacks) {
      expect(() => write(attack)).toThrow(UnsafeHeader);
      expect(() => write(attack)).toThrow(new RegExp(`${field}$`));
    }
  });

  test.each([
    'http://news.example/u/x',
    'javascript:alert(1)',
    `https://news.example/${'x'.repeat(200)}`,
    'https://news.example/>,<mailto:x',
  ])('is the unsubscribe address %s', (url) =>
    expect(() => prepareHeaders(shared)({ ...reader, unsubscribe: { url } })).toThrow(UnsafeHeader),
  );

  test('costs no time however long it is', () => {
    const started = performance.now();
    for (const [, write] of places) expect(() => write(`${'a '.repeat(200_000)}\0`)).toThrow(UnsafeHeader);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

async function parsed(changed: SharedHeaders) {
  return PostalMime.parse(`${prepareHeaders(changed)(reader)}\r\n`);
}
