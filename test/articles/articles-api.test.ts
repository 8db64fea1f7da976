import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ now: new Date('2026-11-20T06:00:00Z') });
});
afterAll(() => app.close());

const article = {
  headline: 'Tram opens early',
  description: 'It climbs 280 metres in eleven minutes',
  datePublished: '2026-11-17T08:15:00+02:00',
  articleBody: ['First paragraph, “quoted” – with a dash.', 'Second.'],
};

describe('PUT /v1/articles/:id', () => {
  test('stores an article: 201 first, 200 after, and the same again changes nothing', async () => {
    const first = await app.api('PUT', '/v1/articles/tram-1', article);
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toBe('/v1/articles/tram-1');
    expect(first.headers.get('etag')).toBe('"1"');
    expect(first.body).toEqual({
      id: 'tram-1',
      ...article,
      datePublished: '2026-11-17T06:15:00Z',
      dateModified: null,
      alternativeHeadline: null,
      url: null,
      inLanguage: 'en',
      articleSection: null,
      keywords: [],
      author: [],
      image: null,
      kind: 'editorial',
      embargoedUntil: null,
      withdrawnAt: null,
      notes: [],
    });
    const again = await app.api('PUT', '/v1/articles/tram-1', article);
    expect([again.status, again.headers.get('etag'), again.body]).toEqual([200, '"1"', first.body]);
    const changed = await app.api('PUT', '/v1/articles/tram-1', { ...article, headline: 'Tram opens very early' });
    expect([changed.status, changed.headers.get('etag'), changed.body.headline]).toEqual([200, '"2"', 'Tram opens very early']);
    const shown = await app.api('GET', '/v1/articles/tram-1');
    expect([shown.status, shown.headers.get('etag'), shown.body]).toEqual([200, '"2"', changed.body]);
  });

  test('takes what GET gave', async () => {
    const whole = {
      ...article,
      alternativeHeadline: 'Early tram',
      url: 'https://news.example.org/tram',
      dateModified: '2026-11-17T09:00:00Z',
      inLanguage: 'he-IL',
      articleSection: 'Transport',
      keywords: ['tram', 'Haifa'],
      author: [{ '@type': 'Person', name: 'Dana Levi' }, 'Omer Golan'],
      image: { url: 'https://news.example.org/tram.jpg', alt: 'A tram', width: 1200, height: 800 },
      kind: 'sponsored',
      embargoedUntil: '2026-11-18T09:00:00Z',
      withdrawnAt: '2026-11-19T09:00:00Z',
      notes: ['check the date'],
    };
    const first = await app.api('PUT', '/v1/articles/whole', whole);
    expect(first.status).toBe(201);
    expect(first.body).toEqual({ id: 'whole', ...whole, datePublished: '2026-11-17T06:15:00Z', author: ['Dana Levi', 'Omer Golan'] });
    const again = await app.api('PUT', '/v1/articles/whole', first.body);
    expect([again.status, again.headers.get('etag'), again.body]).toEqual([200, '"1"', first.body]);
    const other = await app.api('PUT', '/v1/articles/another', first.body);
    expect([other.status, other.body.errors[0].pointer]).toEqual([422, '/id']);
  });

  test('a hundred at once under one id are one article', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => app.api('PUT', '/v1/articles/at-once', article)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(99);
    expect(answers.every(({ headers }) => headers.get('etag') === '"1"')).toBe(true);
  });

  test('keeps a headline of 300 characters and notes it for the editor', async () => {
    const { status, body } = await app.api('PUT', '/v1/articles/long', { ...article, headline: 'long '.repeat(60).trim() });
    expect([status, body.notes]).toEqual([201, ['headline long: 299 characters']]);
    const shortened = await app.api('PATCH', '/v1/articles/long', { headline: 'Short' });
    expect([shortened.status, shortened.body.headline, shortened.body.notes]).toEqual([200, 'Short', []]);
  });

  test('turns markup into the words that a reader would see, and drops controls', async () => {
    const { status, body } = await app.api('PUT', '/v1/articles/markup', {
      ...article,
      headline: 'Profit <b>up</b> 3 < 5\u0000\u0007<script>alert(1)</script> &amp; more',
      description: 'a < b and <3',
      articleBody: ['<p>One<br>two</p><style>p{}</style>', '<script>alert(1)</script>', 'Three\u202e', 'R&amp;D'],
      keywords: 'a, b,,c',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ headline: 'Profit up 3 < 5 & more', description: 'a < b and <3', keywords: ['a', 'b', 'c'] });
    expect(body.articleBody).toEqual(['One two', 'Three', 'R&amp;D']);
  });

  test.each([
    ['no date', { datePublished: undefined }, '/datePublished'],
    ['a date without an offset', { datePublished: '2026-11-17T08:15:00' }, '/datePublished'],
    ['a date that no calendar has', { datePublished: '2026-02-31T25:15:00Z' }, '/datePublished'],
    ['no headline', { headline: undefined }, '/headline'],
    ['nothing but markup for a headline', { headline: '<script>alert(1)</script>' }, '/headline'],
    ['a headline without end', { headline: 'x'.repeat(501) }, '/headline'],
    ['a script for an address', { url: 'javascript:alert(1)' }, '/url'],
    ['an address with a password', { url: 'https://me:secret@example.org/' }, '/url'],
    ['an image without https', { image: { url: 'http://example.org/a.jpg', alt: '', width: 1, height: 1 } }, '/image/url'],
    ['an image without a size', { image: { url: 'https://example.org/a.jpg', alt: '' } }, '/image/width'],
    ['a language that is none', { inLanguage: 'english please' }, '/inLanguage'],
    ['a kind that is none', { kind: 'advert' }, '/kind'],
    ['an unknown field', { headlin: 'x' }, '/headlin'],
    ['a body in one piece', { articleBody: 'One.' }, '/articleBody'],
  ])('refuses %s with a pointer, and loses nothing', async (_, fault, pointer) => {
    await app.api('PUT', '/v1/articles/kept', article);
    const { status, headers, body } = await app.api('PUT', '/v1/articles/kept', { ...article, ...fault });
    expect(status).toBe(422);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect((await app.api('GET', '/v1/articles/kept')).body.headline).toBe(article.headline);
  });

  test.each(['..%2Fsecret', 'a%20b', 'a%00b', '%2e%2e', 'x'.repeat(201), 'a%2Fb', 'a%0Ab'])('"%s" is no id', async (id) => {
    expect([404, 422]).toContain((await app.api('PUT', `/v1/articles/${id}`, article)).status);
    expect([404, 422]).toContain((await app.api('GET', `/v1/articles/${id}`)).status);
  });

  test('takes an id in Hebrew', async () => {
    const id = encodeURIComponent('כתבה־1');
    expect((await app.api('PUT', `/v1/articles/${id}`, article)).headers.get('location')).toBe(`/v1/articles/${id}`);
    expect((await app.api('GET', `/v1/articles/${id}`)).body.id).toBe('כתבה־1');
  });

  test('refuses a change of another version than the one that was seen', async () => {
    await app.api('PUT', '/v1/articles/seen', article);
    const late = await app.api('PUT', '/v1/articles/seen', { ...article, headline: 'Late' }, { 'if-match': '"7"' });
    expect([late.status, late.body.code]).toEqual([412, 'version-changed']);
    expect((await app.api('PATCH', '/v1/articles/seen', { headline: 'In time' }, { 'if-match': '"1"' })).status).toBe(200);
    expect((await app.api('PATCH', '/v1/articles/seen', { headline: 'Late' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await app.api('PUT', '/v1/articles/never-seen', article, { 'if-match': '"1"' })).status).toBe(412);
  });
});

describe('an article afterwards', () => {
  test('PATCH changes what it names and nothing else', async () => {
    await app.api('PUT', '/v1/articles/patched', { ...article, articleSection: 'Transport', notes: ['headline missing'] });
    const { status, headers, body } = await app.api('PATCH', '/v1/articles/patched', { headline: 'A better one', articleSection: null });
    expect([status, headers.get('etag')]).toEqual([200, '"2"']);
    expect(body).toMatchObject({ headline: 'A better one', articleSection: null, description: article.description, notes: [] });
    expect((await app.api('PATCH', '/v1/articles/patched', {})).headers.get('etag')).toBe('"2"');
    expect((await app.api('PATCH', '/v1/articles/patched', { datePublished: 'soon' })).status).toBe(422);
    expect((await app.api('PATCH', '/v1/articles/nowhere', { headline: 'x' })).status).toBe(404);
  });

  test('is withdrawn, stays withdrawn when stored again, and comes back when asked', async () => {
    await app.api('PUT', '/v1/articles/gone', article);
    const withdrawn = await app.api('PUT', '/v1/articles/gone/withdrawal', {});
    expect([withdrawn.status, withdrawn.body.withdrawnAt]).toEqual([200, '2026-11-20T06:00:00Z']);
    expect((await app.api('PUT', '/v1/articles/gone/withdrawal')).headers.get('etag')).toBe('"2"');
    expect((await app.api('PUT', '/v1/articles/gone', article)).body.withdrawnAt).toBe('2026-11-20T06:00:00Z');
    const back = await app.api('PUT', '/v1/articles/gone/withdrawal', { withdrawn: false });
    expect([back.status, back.body.withdrawnAt]).toEqual([200, null]);
    expect((await app.api('PUT', '/v1/articles/nowhere/withdrawal', {})).status).toBe(404);
  });

  test('POST makes an id, and the same address is the same article', async () => {
    const first = await app.api('POST', '/v1/articles', { ...article, url: 'https://news.example.org/posted' });
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toBe(`/v1/articles/${first.body.id}`);
    const again = await app.api('POST', '/v1/articles', { ...article, url: 'https://news.example.org/posted', headline: 'Other' });
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    const one = await app.api('POST', '/v1/articles', article);
    const two = await app.api('POST', '/v1/articles', article);
    expect([one.status, two.status, one.body.id === two.body.id]).toEqual([201, 201, false]);
  });

  test.each([
    [{ headline: 'x' }, '/datePublished'],
    [{ url: 'ftp://example.org' }, '/url'],
    [{ url: 'http://127.0.0.1/' }, '/url'],
    [{ url: 'http://[::ffff:10.0.0.1]/' }, '/url'],
    [{ url: 'http://169.254.169.254/latest/meta-data' }, '/url'],
    [{ url: 'http://example.org:6379/' }, '/url'],
    [{ ...article, id: 'mine' }, '/id'],
    [{}, '/headline'],
  ])('POST refuses %j', async (body, pointer) => {
    const answer = await app.api('POST', '/v1/articles', body);
    expect([answer.status, answer.body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([
      422,
      expect.arrayContaining([pointer]),
    ]);
  });
});
