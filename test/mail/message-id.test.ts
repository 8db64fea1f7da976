import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { messageIdFor, readMessageId } from '#src/mail/message-id';

const key = Buffer.alloc(32, 7);
const id = fc.bigInt({ min: 0n, max: (1n << 63n) - 1n });

describe('a Message-ID', () => {
  test('is read back as the delivery it was made for, and only with its key', () =>
    fc.assert(
      fc.property(id, id, (digestId, subscriberId) => {
        const messageId = messageIdFor(digestId, subscriberId, key, 'news.example');
        expect(messageId).toMatch(/^<[a-z2-7]{39}@news\.example>$/);
        expect(readMessageId(messageId, key)).toEqual({ digestId, subscriberId });
        expect(readMessageId(messageId.toUpperCase(), key)).toEqual({ digestId, subscriberId });
        expect(readMessageId(messageId, Buffer.alloc(32, 8))).toBeNull();
      }),
    ));

  test('with one letter changed is nobody’s', () => {
    const messageId = messageIdFor(12n, 34n, key, 'news.example');
    for (let at = 1; at <= 39; at += 1) {
      const other = messageId[at] === 'a' ? 'b' : 'a';
      expect(readMessageId(messageId.slice(0, at) + other + messageId.slice(at + 1), key)).toBeNull();
    }
  });

  test.each(['', '<>', 'x', `<${'a'.repeat(39)}@news.example>`, `<${'1'.repeat(39)}@x>`, `<${'a'.repeat(38)}@x>`, '<'.repeat(100_000)])(
    'is not %s',
    (text) => {
      expect(readMessageId(text, key)).toBeNull();
    },
  );
});
