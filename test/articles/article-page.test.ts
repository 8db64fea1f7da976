import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ now: new Date('2026-11-20T06:00:00Z') });
});
afterAll(() => app.close());

const article = {
  headline: 'Tram & bus',
  description: 'It climbs',
  datePublished: '2026-11-17T06:15:00Z',
  articleBody: ['Para “one” < two.', 'Two.'],
  author: ['Dana Levi'],
};

async function read(id: string, more: object, path = `/articles/${encodeURIComponent(id)}`): Promise<{ response: Response; html: string }> {
  await app.api('PUT', `/v1/articles/${encodeURIComponent(id)}`, { ...article, ...more });
  const response = await app.fetch(path, { headers: { accept: 'text/html' } });
  return { response, html: await response.text() };
}

test('an article without an address of its own is shown, escaped, with its date and an invitation', async () => {
  const { response, html } = await read('tram', { kind: 'sponsored', articleSection: 'Transport' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-language')).toBe('en');
  expect(html).toContain('<h1>Tram &amp; bus</h1>');
  expect(html).toContain('<p>Para “one” &lt; two.</p>');
  for (const part of [
    'Sponsored',
    'Transport',
    'Dana Levi',
    '17 November 2026, 08:15',
    '/subscribe?newsletter=israel-briefing&amp;src=article',
  ])
    expect(html).toContain(part);
  const report = await new HtmlValidate({
    extends: ['html-validate:recommended'],
    rules: { 'long-title': 'off', 'no-trailing-whitespace': 'off', 'void-style': 'off', 'doctype-style': 'off' },
  }).validateString(html);
  expect(report.results.flatMap(({ messages }) => messages.map(({ message, line }) => `${line}: ${message}`))).toEqual([]);
});

test('a Hebrew article is a Hebrew page from right to left, unless another language is asked for', async () => {
  const hebrew = { headline: 'הרכבת נפתחה', description: 'ירושלים', articleBody: ['אחת.'], author: [] };
  const { html } = await read('כתבה־1', hebrew);
  expect(html).toContain('<html lang="he" dir="rtl">');
  expect(html).toContain('<article class="stack" lang="he" dir="rtl">');
  expect(html).toContain('/subscribe?newsletter=israel-briefing-he&amp;src=article');
  const { html: english } = await read('he-2', hebrew, '/articles/he-2?lang=en');
  expect(english).toContain('<html lang="en" dir="ltr">');
  expect(english).toContain('<article class="stack" lang="he" dir="rtl">');
});

test('one with an address is read there; a withdrawn one is gone; one under embargo and one that is not are not found', async () => {
  const elsewhere = await read('elsewhere', { url: 'https://news.example.org/tram' });
  expect([elsewhere.response.status, elsewhere.response.headers.get('location')]).toEqual([302, 'https://news.example.org/tram']);
  expect((await read('withdrawn', { withdrawnAt: '2026-11-19T06:00:00Z' })).response.status).toBe(410);
  expect((await read('later', { embargoedUntil: '2026-11-21T06:00:00Z' })).response.status).toBe(404);
  for (const path of ['/articles/nowhere', '/articles/%00', '/articles/..%2f..%2fetc']) expect((await app.fetch(path)).status).toBe(404);
});
