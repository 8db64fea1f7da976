import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { compileSkeleton } from '#src/mail/compile-skeleton';
import { fillSkeleton } from '#src/mail/fill-skeleton';
import { packSkeleton, unpackSkeleton } from '#src/mail/pack-skeleton';
import type { MessageSource, Skeleton } from '#src/mail/skeleton';
import { slotMarker, slotWidths, type Slot, type SlotValues } from '#src/mail/slots';

const slots = Object.keys(slotWidths) as Slot[];
const marker = fc.constantFrom(...slots).map(slotMarker);
const english = fc.constantFrom(
  'The ',
  'Knesset ',
  'voted.',
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '.',
  '..',
  '=',
  'From ',
  '\n.\n',
  '\n\nFrom ',
  '<a href="https://news.example/',
  '">',
  'x'.repeat(90),
);
const hebrew = fc.constantFrom('הכנסת ', 'אישרה ', 'את התקציב', '\u2067', '\u2069', '\n', '״', '. ');
const odd = fc.constantFrom('👩‍👩‍👧', '🇮🇱', 'é', 'e\u0301', '\u00a0', '\u2028', '\0', '\x7f', '\u{10ffff}');
const documentOf = (...words: fc.Arbitrary<string>[]) =>
  fc.array(fc.oneof(...words, marker), { maxLength: 60 }).map((parts) => parts.join(''));
const document = fc.oneof(
  documentOf(english),
  documentOf(hebrew),
  documentOf(english, hebrew, odd),
  fc.string({ unit: 'binary', maxLength: 300 }).map(wellFormed),
);
const anySource = fc.record({ html: document, text: document, language: fc.constantFrom('en', 'he', 'he-IL') });
const anyValues = fc.record(Object.fromEntries(slots.map((slot) => [slot, valueFor(slot)]))) as fc.Arbitrary<Required<SlotValues>>;

function valueFor(slot: Slot): fc.Arbitrary<string> {
  const width = slotWidths[slot];
  return fc
    .string({ unit: fc.constantFrom('a', 'Z', '0', '9', '_', '-', '.', ' '), minLength: width, maxLength: width })
    .map((text) => tamed(text).padEnd(width, 'x'));
}

/** Without the blanks and the dot that a value must not have. */
function tamed(text: string): string {
  return text.replace(/ +(?=[. ]|$)/g, '_').replace(/^[ .]/, '-');
}

describe('a skeleton', () => {
  test('filled for a reader decodes to the documents with that reader’s values', () =>
    fc.assert(
      fc.asyncProperty(anySource, anyValues, async (source, values) => {
        const { html, text } = await decode(compileSkeleton(source), values);
        expect(html).toBe(replaced(source.html, values));
        expect(text).toBe(replaced(source.text, values));
      }),
      { numRuns: 300 },
    ));

  test('is safe on the wire as it is, for SMTP and for the hash', () =>
    fc.assert(
      fc.property(anySource, anyValues, (source, values) => {
        const wire = fillSkeleton(compileSkeleton(source), values).toString('latin1');
        const lines = wire.split('\r\n');
        expect(lines.pop()).toBe('');
        for (const line of lines) expect(line).toMatch(/^(?!\.|From )[\x20-\x7e]{0,76}$/);
        for (const line of lines) expect(line).not.toMatch(/ $| {2}/);
        expect(wire.endsWith('--\r\n')).toBe(true);
      }),
      { numRuns: 300 },
    ));

  test('survives the database', () =>
    fc.assert(
      fc.property(anySource, anyValues, (source, values) => {
        const skeleton = compileSkeleton(source);
        expect(fillSkeleton(unpackSkeleton(packSkeleton(skeleton)), values)).toEqual(fillSkeleton(skeleton, values));
      }),
    ));

  test('is the same on every machine, and another for another text', () => {
    const one = compileSkeleton(sample('en', 'Good morning'));
    expect(packSkeleton(compileSkeleton(sample('en', 'Good morning')))).toEqual(packSkeleton(one));
    expect(compileSkeleton(sample('en', 'Good evening')).contentType).not.toBe(one.contentType);
  });

  test('can be refilled in place, reader after reader', () =>
    fc.assert(
      fc.property(anySource, anyValues, anyValues, (source, first, second) => {
        const skeleton = compileSkeleton(source);
        const lane = fillSkeleton(skeleton, first);
        expect(fillSkeleton(skeleton, second, lane)).toEqual(fillSkeleton(skeleton, second));
      }),
    ));

  test.each([
    ['English', 'The Knesset voted on the budget. '.repeat(40), 'quoted-printable'],
    ['Hebrew', 'הכנסת אישרה את התקציב. '.repeat(40), 'base64'],
  ])('takes for %s the encoding that is shorter', (_name, words, encoding) => {
    expect(compileSkeleton(sample('en', words)).wire.toString().split(`Transfer-Encoding: ${encoding}`)).toHaveLength(3);
  });

  test('has markers at the very start, at the very end and side by side, in both encodings', async () => {
    for (const letter of ['x', 'ש']) {
      for (let shift = 0; shift < 4; shift += 1) {
        const around = letter.repeat(200 + shift);
        const text = `${slotMarker('joined')}${slotMarker('joined')}${around}${slotMarker('data')}${letter}${slotMarker('joined')}${around}${slotMarker('unsubscribe')}`;
        const filled = { joined: '12 Jun 2026', data: 'd'.repeat(52), unsubscribe: 'u'.repeat(52) };
        expect((await decode(compileSkeleton({ html: text, text, language: 'he' }), filled)).html).toBe(replaced(text, filled));
      }
    }
  });

  test('of another version is refused', () => {
    expect(() => unpackSkeleton(Buffer.from([9, 0, 0, 0, 0]))).toThrow('version 9');
  });
});

describe('a value', () => {
  const skeleton = compileSkeleton(sample('en', slotMarker('joined')));

  test.each([
    ['is absent', undefined],
    ['is too short', '1 Jun 2026'],
    ['begins with a dot', '.2 Jun 2026'],
    ['ends in a blank', '1 Jun 2026 '],
    ['has two blanks together', '1  Jun 2026'],
    ['has a line end', '1 Jun\r\n2026'],
    ['has an equals sign', '1=2 Jun 202'],
    ['is not ASCII', '12 Jún 2026'],
  ])('is refused by its slot’s name when it %s', (_name, joined) => {
    expect(() => fillSkeleton(skeleton, joined === undefined ? {} : { joined })).toThrow(/slot joined/);
  });
});

function sample(language: string, words: string): MessageSource {
  return { html: `<p>${words}</p>`, text: words, language };
}

/** As postal-mime reads it, which may add a last line end. */
async function decode(skeleton: Skeleton, values: SlotValues): Promise<{ html: string; text: string }> {
  const head = Buffer.from(`MIME-Version: 1.0\r\nContent-Type: ${skeleton.contentType}\r\n\r\n`);
  const { html = '', text = '' } = await PostalMime.parse(Buffer.concat([head, fillSkeleton(skeleton, values)]));
  return { html: withoutLastLineEnds(html), text: withoutLastLineEnds(text) };
}

function withoutLastLineEnds(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n+$/, '');
}

function replaced(text: string, values: SlotValues): string {
  const named = slots.reduce((done, slot) => done.replaceAll(slotMarker(slot), values[slot] ?? ''), text);
  return withoutLastLineEnds(named.replace(/\r\n|\r/g, '\n'));
}

function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
