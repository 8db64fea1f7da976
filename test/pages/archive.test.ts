import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withdrawDigest } from '#src/digests/withdraw-digest';
import { openNewsroom } from '../digests/newsroom.js';
import { drain } from '../support/drain.js';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
let digestId: string;
let path: string;

beforeAll(async () => {
  app = await startReaderApp();
  expect(await (await app.get('/digests')).text()).toContain('The first briefing is being prepared');
  await app.join('anna@example.org');
  const newsroom = openNewsroom(app.ctx);
  const articles = [await newsroom.article(), await newsroom.article(), await newsroom.article()];
  const subject = 'Budget & rain: <what> follows';
  const { body } = await app.api('POST', '/v1/digests', {
    newsletter: 'israel-briefing',
    articles,
    subject,
    preheader: 'And the trains of Jerusalem',
  });
  digestId = (body as { id: string }).id;
  await app.api('PUT', `/v1/digests/${digestId}/send`, { holdSeconds: 0 });
  await drain(app.ctx);
  const { rows } = await app.ctx.pool.query<{ slug: string }>('SELECT slug FROM digest WHERE id = $1', [digestId]);
  path = `/digests/${rows[0]?.slug ?? ''}`;
});
afterAll(() => app.close());

test('the archive lists it by month, and finds it by title', async () => {
  const html = await (await app.get('/digests')).text();
  expect(html).toContain(`href="${path}"`);
  expect(html).toContain('Budget &amp; rain: &lt;what&gt; follows');
  expect(await (await app.get('/digests?q=RAIN%3A')).text()).toContain(`href="${path}"`);
  expect(await (await app.get('/digests?q=100%25_')).text()).toContain('No briefing has');
  expect((await app.get('/digests?q=%00')).status).toBe(200);
});

test('the digest is the mail without what is personal', async () => {
  const response = await app.get(path);
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toMatch(/style-src 'unsafe-inline'.*script-src 'none'/);
  expect(html).toContain(`<link rel="canonical" href="${app.url}${path}">`);
  expect(html).not.toMatch(/slot\.|\/u\/|\/preferences\/|signed up for it/);
  expect(html).toContain('/subscribe?src=archive');
  const [mail] = (await app.inbox.messages('anna@example.org')).slice(-1);
  for (const headline of ['Rain fills the Sea of Galilee', 'Airport workers call off']) {
    expect(mail?.html).toContain(headline);
    expect(html).toContain(headline);
  }
});

test.each([
  ['atom', 'application/atom+xml'],
  ['rss', 'application/rss+xml'],
  ['json', 'application/feed+json'],
])('the %s feed has it', async (name, type) => {
  const response = await app.fetch(`/digests/feed.${name}`);
  const text = await response.text();
  expect(response.headers.get('content-type')).toContain(type);
  expect(text).toContain(`${app.url}${path}`);
  if (name === 'json')
    expect(JSON.parse(text)).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      items: [{ title: 'Budget & rain: <what> follows' }],
    });
  else expect(text).toContain('<title>Budget &amp; rain: &lt;what&gt; follows</title>');
});

test('a new reader sees it on the welcome page and may have it now, once', async () => {
  await app.join('ben@example.org');
  const welcome = await app.mailedPath('ben@example.org', '/welcome/');
  expect(await (await app.get(welcome)).text()).toContain('Send me this one now');
  for (let time = 0; time < 2; time += 1) {
    const asked = await app.post(`${welcome}/latest`, {});
    expect(asked.headers.get('location')).toBe(`${welcome}?latest=sent`);
  }
  await app.drain();
  const mails = await app.inbox.messages('ben@example.org');
  expect(mails.filter(({ subject }) => subject.includes('Budget'))).toHaveLength(1);
});

test('months and days are those of the newsletter\u2019s own clock', async () => {
  const at = '2026-09-30T22:30:00Z'; // the first of October in Jerusalem, still September in London
  await app.ctx.pool.query('UPDATE digest SET send_at = $1', [at]);
  expect(await (await app.get('/digests')).text()).toMatch(/October 2026[\s\S]*1 October 2026/);
  await app.ctx.pool.query(`UPDATE newsletter SET zone = 'Europe/London'`);
  expect(await (await app.get('/digests')).text()).toMatch(/September 2026[\s\S]*30 September 2026/);
});

test('the archive goes back as far as there is anything, a page at a time', async () => {
  await app.ctx.pool.query(
    `WITH made AS (
       INSERT INTO digest (newsletter_id, cadence, slug, subject, state, send_at, content_version)
       SELECT newsletter_id, cadence, 'old-' || n, subject, state, send_at - n * interval '1 hour', content_version
       FROM digest, generate_series(1, 250) AS n WHERE id = $1 RETURNING id)
     INSERT INTO content (digest_id, version, variant, language, hash, email, rendered, skeleton)
     SELECT made.id, version, variant, language, hash, email, rendered, skeleton FROM content, made WHERE digest_id = $1`,
    [digestId],
  );
  const seen: string[] = [];
  let next: string | undefined = '/digests';
  for (let pages = 0; next !== undefined && pages < 9; pages += 1) {
    const html: string = await (await app.get(next)).text();
    seen.push(...[...html.matchAll(/class="list-title" href="\/digests\/([^"]+)"/g)].map((match) => match[1] ?? ''));
    next = /href="([^"]*before=[^"]*)"[^>]*>Older/.exec(html)?.[1]?.replaceAll('&amp;', '&');
  }
  expect([seen.length, new Set(seen).size, seen.at(-1)]).toEqual([251, 251, 'old-250']);
  expect(await (await app.get('/digests?q=rain&before=1-1')).text()).toContain('The newest briefings');
  expect((await app.get('/digests?before=%27;--')).status).toBe(200);
});

test('what does not exist is 404 with the latest; what was withdrawn is 410', async () => {
  const missing = await app.get('/digests/no-such-thing');
  expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining(`href="${path}"`)]);
  await withdrawDigest(app.ctx, digestId, { withdrawn: true });
  const withdrawn = await app.get(path);
  expect([withdrawn.status, await withdrawn.text()]).toEqual([410, expect.stringContaining('This briefing was withdrawn')]);
  expect(await (await app.get('/digests/feed.rss')).text()).not.toContain(path);
});
