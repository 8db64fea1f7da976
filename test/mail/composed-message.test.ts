import { expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { compileSkeleton } from '#src/mail/compile-skeleton';
import { createSigner } from '#src/mail/dkim';
import { fillSkeleton } from '#src/mail/fill-skeleton';
import { prepareHeaders } from '#src/mail/headers';
import { messageIdFor } from '#src/mail/message-id';
import { packSkeleton, unpackSkeleton } from '#src/mail/pack-skeleton';
import { slotMarker } from '#src/mail/slots';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const words = fc
  .array(fc.constantFrom('Budget', 'תקציב', ' ', '\n', '.', '👩‍👩‍👧', '<b>', '=', '\u2067', slotMarker('unsubscribe'), slotMarker('joined')), {
    maxLength: 40,
  })
  .map((parts) => parts.join('').trim());
const content = fc.record({ subject: words.map((text) => text.replaceAll('\n', ' ')), html: words, text: words });
const reader = fc.record({
  subscriberId: fc.bigInt({ min: 1n, max: 1n << 62n }),
  token: fc.string({ unit: fc.constantFrom('a', 'Z', '9', '-', '_'), minLength: 52, maxLength: 52 }),
});

test('what a reader gets is what was written, whoever composed it', () =>
  fc.assert(
    fc.asyncProperty(content, reader, async (written, { subscriberId, token }) => {
      const here = compose(written, subscriberId, token);
      const elsewhere = compose(written, subscriberId, token);
      expect(elsewhere.equals(here)).toBe(true);
      const { subject = '', html = '', text = '', messageId } = await PostalMime.parse(here);
      expect(subject).toBe(written.subject);
      expect(asWritten(html)).toBe(personal(written.html, token));
      expect(asWritten(text)).toBe(personal(written.text, token));
      expect(messageId).toBe(messageIdFor(7n, subscriberId, Buffer.alloc(32), 'news.example'));
    }),
    { numRuns: 100 },
  ));

function compose({ subject, html, text }: { subject: string; html: string; text: string }, subscriberId: bigint, token: string): Buffer {
  const skeleton = unpackSkeleton(packSkeleton(compileSkeleton({ html, text, language: 'he' })));
  const write = prepareHeaders({ ...skeleton, from: { name: 'Israel Briefing', address: 'briefing@news.example' }, subject });
  const headers = write({
    to: 'dana@mail.example',
    messageId: messageIdFor(7n, subscriberId, Buffer.alloc(32), 'news.example'),
    date: new Date(0),
  });
  const body = fillSkeleton(skeleton, { unsubscribe: token, joined: '12 Jun 2026' });
  const signature = createSigner({ domain: 'news.example', selector: 'a', privateKey: key }).sign(headers, body, new Date(0));
  return Buffer.concat([Buffer.from(`${signature}${headers}\r\n`), body]);
}

/** Without the line ends of mail. */
function asWritten(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}

function personal(text: string, token: string): string {
  return text.replaceAll(slotMarker('unsubscribe'), token).replaceAll(slotMarker('joined'), '12 Jun 2026');
}
