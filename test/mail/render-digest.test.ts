import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cleanText } from '#src/mail/clean-text';
import { renderEmail } from '#src/mail/render-email';
import { attribute, parseHtml, textOf } from '#src/rules/document';
import { withoutMarks } from '#src/rules/own-words';
import { readDigestSample } from '#src/mail/samples';
import type { DigestEmail } from '#src/mail/digest-email';

async function rendered(name: string, frameLanguage?: string) {
  return renderEmail({ email: 'digest', variables: readDigestSample(name, frameLanguage) });
}

test.each([
  ['english-twelve-no-image', 25],
  ['hebrew-twelve-no-image', 32],
])('%s is at most %d KB', async (name, kilobytes) => {
  expect(Buffer.byteLength((await rendered(name)).html)).toBeLessThanOrEqual(kilobytes * 1024);
});

test('one more article costs about a kilobyte', async () => {
  const [twelve, thirty] = await Promise.all([rendered('english-twelve-no-image'), rendered('english-thirty')]);
  expect((Buffer.byteLength(thirty.html) - Buffer.byteLength(twelve.html)) / 18).toBeLessThan(1_100);
});

test('the mail reads from the masthead to the footer', async () => {
  const { html } = await rendered('english-eight');
  const words = withoutMarks(
    parseHtml(html)
      .texts.map(({ text }) => text)
      .join(' '),
  );
  const order = [
    'Israel Briefing Sunday 22 November 2026',
    '12 Kislev 5787 8 articles, 2 min',
    'View on the web',
    'Good morning.',
    'Top article Hadera desalination plant',
    'Why it matters:',
    'In brief Haifa and Nazareth',
    'One more thing The Tiberias bakery',
    'You are up to date.',
    'You get Israel Briefing because you signed up',
    'Unsubscribe',
    '4 Lighthouse Street',
  ];
  const places = order.map((part) => words.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
});

test('the frame’s language is the reader’s, the articles keep theirs', async () => {
  const { html, language, direction, subject } = await rendered('english-eight', 'he');
  const { elements } = parseHtml(html);
  expect([language, direction, subject]).toEqual(['he', 'rtl', 'Hadera water plant slips a year']);
  const headline = elements.find((element) => element.tagName === 'h3')!;
  expect(attribute(headline.parentNode as typeof headline, 'dir')).toBe('ltr');
  expect(html).toContain('הכתבה המרכזית');
});

test('a Hebrew date needs no library', async () => {
  expect((await rendered('hebrew-one')).html).toContain('י״ב בכסלו תשפ״ז');
});

test('an advertisement is labelled in HTML and text', async () => {
  const { html, text } = await rendered('mixed-in-hebrew');
  expect(html).toMatch(/>פרסומת<\/p><h3/);
  expect(text).toContain('[פרסומת]');
  expect(text).toContain('[בקשת תרומה]');
});

test('only the lead’s image is shown, no wider than the column', async () => {
  const email = readDigestSample('english-eight');
  for (const article of email.articles) article.image = email.articles[0]!.image;
  const { html } = await renderEmail({ email: 'digest', variables: email });
  const images = parseHtml(html).elements.filter(({ tagName }) => tagName === 'img');
  expect(images.map((image) => [attribute(image, 'width'), attribute(image, 'height')])).toEqual([['536', '302']]);
});

describe('hostile text', () => {
  test('never becomes markup', async () => {
    const { elements, texts } = parseHtml((await rendered('hostile')).html);
    const tags = new Set(elements.map(({ tagName }) => tagName));
    expect([...tags].filter((tag) => /script|svg|xmp|mj-|^i$|^b$/.test(tag))).toEqual([]);
    expect(elements.filter((element) => element.attrs.some(({ name }) => name.startsWith('on')))).toEqual([]);
    expect(texts.some(({ text }) => text.includes('<script>alert(1)</script> {{7*7}} ${7*7}'))).toBe(true);
    expect(elements.filter(({ tagName }) => tagName === 'style')).toHaveLength(4);
  });

  test('holds no override, no control and nothing that a relay would fill in', async () => {
    const { html, text } = await rendered('hostile');
    // oxlint-disable-next-line no-control-regex
    expect(html).not.toMatch(/[\u0000-\u0008\u202a-\u202e\ufeff]|\{\{|%recipient%/);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0008\u202a-\u202e\ufeff\u2028\u2029]/);
  });

  test('keeps emoji sequences whole', async () => {
    const { html, text } = await rendered('hostile');
    for (const emoji of ['👩‍👩‍👧‍👦', '👍🏽', '🇮🇱']) expect([html.includes(emoji), text.includes(emoji)]).toEqual([true, true]);
  });

  test('whatever a headline says, it is read back letter by letter', async () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('hold0value', '$&', '</a>', '{{x}}', '%recipient%', 'שלום', '<!--'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (words) => {
        const headline = `x${words.join(' ')}x`;
        const email: DigestEmail = readDigestSample('english-one');
        email.articles[0]!.headline = headline;
        const { html } = await renderEmail({ email: 'digest', variables: email });
        const shown = textOf(parseHtml(html).elements.find(({ tagName }) => tagName === 'h3')!);
        const expected = cleanText(headline);
        expect(shown.replace(/[\s\ufffd]/g, '')).toBe(expected.replace(/[\s\ufffd]/g, ''));
      }),
      { numRuns: 60 },
    );
  });
});

test('an article must have a web address', async () => {
  const email = readDigestSample('english-one');
  email.articles[0]!.url = 'javascript:alert(1)';
  await expect(renderEmail({ email: 'digest', variables: email })).rejects.toThrow(/url/);
});
