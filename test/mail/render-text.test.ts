import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { directionRuns } from '#src/mail/direction-runs';
import { markDirection } from '#src/mail/mark-direction';
import { renderEmail } from '#src/mail/render-email';
import { splitAtColumns, textColumns } from '#src/mail/text-columns';
import { textParagraph } from '#src/mail/text-paragraph';
import { digestSamples, readDigestSample } from '#src/mail/samples';

const isAddress = (line: string) => /^https?:\/\/\S+$/.test(line);

test.each(digestSamples)('no line of %s is longer than 78 columns, addresses alone excepted', async (name) => {
  const { text } = await renderEmail({ email: 'digest', variables: readDigestSample(name) });
  const lines = text.split('\n');
  expect(lines.filter((line) => textColumns(line) > 78 && !isAddress(line))).toEqual([]);
  expect(text.endsWith('\n')).toBe(true);
});

test('articles are numbered through, each with its address on a line of its own', async () => {
  const email = readDigestSample('hebrew-eight');
  const { text } = await renderEmail({ email: 'digest', variables: email });
  expect(text.match(/^\d+\. /gm)).toEqual(['1. ', '2. ', '3. ', '4. ', '5. ', '6. ', '7. ', '8. ']);
  expect(text.split('\n').filter((line) => line.startsWith('https://www.'))).toEqual(email.articles.map(({ url }) => url));
});

test('the footer of the text is complete', async () => {
  const { text } = await renderEmail({ email: 'digest', variables: readDigestSample('english-eight') });
  expect(text).toMatch(/Unsubscribe:\nhttps:\/\/briefing\.coastline\.example\/u\/slot\.unsubscribe\.+\n/);
  expect(text).toMatch(/Preferences:\nhttps:\/\/briefing\.coastline\.example\/preferences\/slot\.preferences\.+\n/);
  expect(text).toContain('Sent by Israel Briefing, The Coastline, 4 Lighthouse Street, Haifa 3303104');
});

test.each([
  ['CNN: גשם כבד', 'he', '\u200f\u2066CNN\u2069: גשם כבד'],
  ['גשם כבד', 'he', 'גשם כבד'],
  ['מטוס F-35 נחת', 'he', 'מטוס \u2066F-35\u2069 נחת'],
  ['קפה ב-5G בלבד', 'he', 'קפה ב-\u20665G\u2069 בלבד'],
  ['The word כינרת, again', 'en', 'The word \u2067כינרת\u2069, again'],
  ['שלום is hello', 'en', '\u200e\u2067שלום\u2069 is hello'],
  ['2026: a year', 'en', '2026: a year'],
  ['\u202eevil\u202c text', 'en', 'evil text'],
])('%s reads in %s', (line, language, expected) => {
  expect(markDirection(line, language)).toBe(expected);
});

test('runs put together are the text again', () => {
  const mixed = fc.array(fc.constantFrom('a', 'שלום', ' ', '5', '-', '.', '%', '(', '#', 'é'), { maxLength: 30 });
  fc.assert(
    fc.property(mixed, fc.constantFrom('ltr' as const, 'rtl' as const), (parts, direction) => {
      const text = parts.join('');
      expect(
        directionRuns(text, direction)
          .map((run) => run.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

test('a line is measured as a terminal shows it', () => {
  expect(['abc', 'שָׁלוֹם', '👩‍👩‍👧‍👦', '漢字', 'a\u200f'].map(textColumns)).toEqual([3, 4, 2, 4, 1]);
  expect(splitAtColumns('👍🏽'.repeat(3), 4)).toEqual(['👍🏽👍🏽', '👍🏽']);
});

test('a word of five thousand letters is broken, nothing is lost', () => {
  const lines = textParagraph(`before ${'x'.repeat(5_000)} after`, 'en').split('\n');
  expect(lines.every((line) => textColumns(line) <= 78)).toBe(true);
  expect(lines.join('').match(/x/g)).toHaveLength(5_000);
});
