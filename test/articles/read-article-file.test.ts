import { describe, expect, test } from '@jest/globals';
import { readArticleFile } from '#src/articles/read-article-file';
import { Refusal } from '#src/errors';

const zone = 'Asia/Jerusalem';
const bytes = (text: string) => new TextEncoder().encode(text);
const text = 'A headline\nA standfirst\nOctober 6, 2025 09:48\nOne.\nTwo.';
const read = (name: string, content: string) => readArticleFile(name, bytes(content), zone);

describe('an article file', () => {
  test.each([
    ['tram.txt', 'tram'],
    ['tram.en.txt', 'tram.en'],
    ['tram', 'tram'],
    ['my tram & bus.txt', 'my-tram-bus'],
    ['רכבת־קלה.txt', 'רכבת־קלה'],
    ['../../etc/passwd.txt', 'passwd'],
    ['..\\..\\secret.txt', 'secret'],
    ['.hidden', 'hidden'],
    ['a%2Fb.txt', 'a-2Fb'],
    [`${'x'.repeat(240)}.txt`, 'x'.repeat(200)],
  ])('%s has the id %s', (name, id) => expect(read(name, text).id).toBe(id));

  test.each(['...txt', '.txt/..', '---.txt', '?.txt'])('%s gives no id', (name) =>
    expect(() => read(name, text)).toThrow(/gives no id|no date/),
  );

  test('of UTF-16 with a byte order mark is read as UTF-8 is', () => {
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    expect(readArticleFile('a.txt', utf16, zone)).toEqual(read('a.txt', text));
  });

  test('that is no UTF-8 is refused rather than spoilt', () => {
    expect(() => readArticleFile('a.txt', Buffer.from([0x41, 0xe9, 0x0a, 0x80]), zone)).toThrow('not UTF-8');
  });

  test('of ten megabytes is refused', () => {
    expect(() => readArticleFile('a.txt', new Uint8Array(10 * 1024 * 1024), zone)).toThrow('10 MB');
  });

  test('is told by its content when its name says nothing', () => {
    expect(read('a', text).input.headline).toBe('A headline');
    expect(read('a', '{"headline":"J","datePublished":"2025-10-06T06:48:00Z"}').input.headline).toBe('J');
    expect(read('a', '<!DOCTYPE html><h1>H</h1><time datetime="2025-10-06T06:48:00Z"></time>').input.headline).toBe('H');
  });

  test('whose description is longer than we store is refused, not cut', () => {
    expect(() => read('a.txt', `A\n${'b'.repeat(10_001)}\nOctober 6, 2025\nOne.`)).toThrow(/description: /);
  });
});

describe('a JSON file', () => {
  test('in the API’s own shape may name its id', () => {
    const { id, input } = read(
      'x.json',
      JSON.stringify({ id: 'mine', headline: 'H', datePublished: '2025-10-06T09:48:00+03:00', articleBody: ['One.'] }),
    );
    expect([id, input.datePublished, input.articleBody]).toEqual(['mine', new Date('2025-10-06T06:48:00Z'), ['One.']]);
    expect(read('x.json', '{"headline":"H","datePublished":"2025-10-06T06:48:00Z"}').id).toBe('x');
  });

  test('of JSON-LD is walked to its article; a time without an offset is the newsletter’s', () => {
    const { input } = read(
      'x.json',
      JSON.stringify({
        '@context': 'https://schema.org',
        '@graph': [
          { '@type': 'Organization', name: 'Paper' },
          {
            '@type': ['Thing', 'NewsArticle'],
            headline: 'R&amp;D <b>grows</b>',
            datePublished: '2025-10-06T09:48',
            author: [{ '@type': 'Person', name: 'Dana Levi' }, { name: 'Omer' }],
            keywords: 'a, b',
            articleSection: ['Tech', 'All'],
            articleBody: 'One.\n\nTwo.',
            image: [{ url: 'https://example.org/a.jpg', width: '1200', height: 800 }],
            publisher: { name: 'Paper' },
          },
        ],
      }),
    );
    expect(input).toMatchObject({
      headline: 'R&D grows',
      datePublished: new Date('2025-10-06T06:48:00Z'),
      author: ['Dana Levi', 'Omer'],
      keywords: ['a', 'b'],
      articleSection: 'Tech',
      articleBody: ['One.', 'Two.'],
      image: { url: 'https://example.org/a.jpg', alt: '', width: 1200, height: 800 },
    });
  });

  test.each([
    ['{', 'no JSON'],
    ['[]', 'holds no article'],
    ['null', 'holds no article'],
    ['{"@type":"Person"}', 'no NewsArticle'],
    ['{"headline":"H"}', 'datePublished: is missing'],
    ['{"headline":"H","datePublished":"2025-10-06T06:48:00Z","__proto__":{"a":1}}', '__proto__'],
    ['{"id":"a/b","headline":"H","datePublished":"2025-10-06T06:48:00Z"}', 'id'],
  ])('%s is refused: %s', (content, detail) => {
    expect(() => read('x.json', content)).toThrow(Refusal);
    expect(() => read('x.json', content)).toThrow(detail);
  });
});

describe('an HTML file', () => {
  const html = `<!DOCTYPE html><html lang="he_IL"><head><title>Title – Paper</title>
    <link rel="canonical" href="https://news.example.org/tram?x=1">
    <meta property="og:title" content="The tram &amp; the bus"><meta name="description" content="It opens">
    <meta property="article:published_time" content="2025-10-06T09:48:00+03:00"><meta name="author" content="Dana Levi">
    <script type="application/ld+json">{ this is broken </script>
    </head><body><nav><p>Menu</p></nav><article><h1>Heading</h1><p>One <b>bold</b><br>word.</p><figure><figcaption><p>Caption</p></figcaption></figure>
    <p> </p><p>Two “quoted”.<script>alert(1)</script></p><p>Click here to sign up for our free newsletter.</p></article>
    <article><p>Teaser</p></article><footer><p>Imprint</p></footer></body></html>`;

  test('is read from its meta elements and its longest article', () => {
    expect(read('tram.html', html).input).toMatchObject({
      headline: 'The tram & the bus',
      description: 'It opens',
      url: 'https://news.example.org/tram?x=1',
      datePublished: new Date('2025-10-06T06:48:00Z'),
      inLanguage: 'he-IL',
      author: ['Dana Levi'],
      articleBody: ['One bold word.', 'Two “quoted”.'],
    });
  });

  test('says more with JSON-LD, which wins', () => {
    const linked =
      '<script type="application/ld+json">{"@type":"NewsArticle","headline":"From JSON-LD","datePublished":"2025-10-07","articleBody":"All in one piece."}</script>';
    expect(read('tram.html', html.replace('</head>', `${linked}</head>`)).input).toMatchObject({
      headline: 'From JSON-LD',
      datePublished: new Date('2025-10-06T21:00:00Z'),
      description: 'It opens',
      articleBody: ['One bold word.', 'Two “quoted”.'],
    });
  });

  test.each([
    ['<p>Nothing here</p>', 'headline'],
    ['<title>Headline only</title><p>One.</p>', 'does not say when'],
    ['<title>T</title><time datetime="yesterday">', 'is no time'],
  ])('%s is refused: %s', (content, detail) => expect(() => read('x.html', content)).toThrow(detail));

  test('nested a hundred thousand deep is read', () => {
    expect(
      read('x.html', `<title>T</title><time datetime="2025-10-06"></time>${'<div>'.repeat(100_000)}<p>Deep.`).input.articleBody,
    ).toEqual(['Deep.']);
  });
});
