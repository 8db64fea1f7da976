import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { openNewsroom } from './newsroom.js';

let app: TestApp;
let newsroom: ReturnType<typeof openNewsroom>;

beforeAll(async () => {
  app = await startApp();
  newsroom = openNewsroom(app.ctx);
});
afterAll(() => app.close());

test('a digest is drafted from stored articles, the first on top', async () => {
  const articles = [await newsroom.article(), await newsroom.article()];
  const drafted = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', subject: 'Monday in Israel', articles });
  expect(drafted.status).toBe(201);
  expect(drafted.headers.get('etag')).toBe('"1"');
  expect(drafted.headers.get('location')).toBe(`/v1/digests/${drafted.body.id}`);
  expect(drafted.body).toMatchObject({ state: 'draft', cadence: 'daily', subject: 'Monday in Israel', newsletter: 'israel-briefing' });
  expect(drafted.body.articles.map((each: { articleId: string; slot: string }) => [each.articleId, each.slot])).toEqual([
    [articles[0], 'top'],
    [articles[1], 'brief'],
  ]);
  expect((await app.api('GET', `/v1/digests/${drafted.body.id}`)).body).toEqual(drafted.body);
});

test('an unknown article, one named twice and an unknown newsletter are each a fault at their place', async () => {
  const known = await newsroom.article();
  const answer = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles: [known, 'nowhere', known] });
  expect(answer.status).toBe(422);
  expect(answer.body.errors.map((fault: { pointer: string }) => fault.pointer)).toEqual(['/articles/1', '/articles/2']);
  const stranger = await app.api('POST', '/v1/digests', { newsletter: 'the-other' });
  expect([stranger.status, stranger.body.errors[0].pointer]).toEqual([422, '/newsletter']);
  expect((await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', colour: 'red' })).body.errors[0].pointer).toBe('/colour');
  expect((await app.api('GET', '/v1/digests?limit=200')).body.items).toHaveLength(1);
});

test('an edit names the version it has seen, and another version refuses it', async () => {
  const { body: digest } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing' });
  const first = await app.api('PATCH', `/v1/digests/${digest.id}`, { subject: 'One' }, { 'if-match': '"1"' });
  expect([first.status, first.body.version, first.headers.get('etag')]).toEqual([200, 2, '"2"']);
  const second = await app.api('PATCH', `/v1/digests/${digest.id}`, { subject: 'Two' }, { 'if-match': '"1"' });
  expect([second.status, second.body.code]).toEqual([412, 'version-changed']);
  const items = [{ articleId: await newsroom.article(), whyItMatters: ' It does. ', headline: '' }];
  const arranged = await app.api('PUT', `/v1/digests/${digest.id}/articles`, { items });
  expect(arranged.body.articles).toEqual([
    { articleId: items[0]?.articleId, slot: 'top', headline: null, description: null, whyItMatters: 'It does.' },
  ]);
  const unknown = await app.api('PUT', `/v1/digests/${digest.id}/articles`, { items: [{ articleId: 'nowhere' }] });
  expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([422, '/items/0/articleId']);
  expect((await app.api('GET', `/v1/digests/${digest.id}`)).body.articles).toHaveLength(1);
});

test('a draft is thrown away, and what is not there is not found', async () => {
  const { body: digest } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing' });
  expect((await app.api('DELETE', `/v1/digests/${digest.id}`)).status).toBe(204);
  for (const id of [digest.id, 'nonsense', '9223372036854775807']) expect((await app.api('GET', `/v1/digests/${id}`)).status).toBe(404);
});

test('the preview is the email itself, as HTML, text and a message, and its links lead nowhere', async () => {
  const articles = [await newsroom.article({ headline: 'A headline & more' }), await newsroom.article()];
  const { body: digest } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles });
  const html = await app.api('GET', `/v1/digests/${digest.id}/preview`);
  expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(html.headers.get('content-security-policy')).toContain("script-src 'none'");
  expect(html.body).toContain('A headline &amp; more');
  expect(html.body).not.toContain('slot.');
  const text = await app.api('GET', `/v1/digests/${digest.id}/preview?as=text`);
  expect(text.body).toContain(`${app.url}/u/preview---`);
  const eml = await app.api('GET', `/v1/digests/${digest.id}/preview?as=eml`);
  expect(eml.headers.get('content-type')).toContain('message/rfc822');
  for (const header of [
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    'List-Id: Israel Briefing <israel-briefing.',
    'Subject: A headline & more',
  ]) {
    expect(eml.body).toContain(header);
  }
});

test('a preview as a subscriber has that reader’s language in its frame', async () => {
  const subscriber = await newsroom.reader({ language: 'he' });
  const { body: digest } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles: [await newsroom.article()] });
  const hebrew = await app.api('GET', `/v1/digests/${digest.id}/preview?subscriber=${subscriber}`);
  expect(hebrew.body).toMatch(/<html[^>]*lang="he"[^>]*dir="rtl"/);
  expect((await app.api('GET', `/v1/digests/${digest.id}/preview?subscriber=999`)).status).toBe(404);
});

test('an empty digest can be looked at, and its checks say what it lacks', async () => {
  const { body: digest } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing-he' });
  for (const as of ['html', 'text', 'eml']) expect((await app.api('GET', `/v1/digests/${digest.id}/preview?as=${as}`)).status).toBe(200);
  const { body: checks } = await app.api('GET', `/v1/digests/${digest.id}/checks`);
  expect(checks.canSend).toBe(false);
  const failing = checks.items.filter((item: { ok: boolean }) => !item.ok).map((item: { id: string }) => item.id);
  expect(failing).toEqual(['articles', 'recipients']);
});

test('a withdrawn and an embargoed article are named by the checks', async () => {
  await newsroom.reader();
  const withdrawn = await newsroom.article({ withdrawnAt: new Date().toISOString() });
  const embargoed = await newsroom.article({ embargoedUntil: new Date(Date.now() + 3_600_000).toISOString() });
  const { body: digest } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles: [withdrawn, embargoed] });
  const { body: checks } = await app.api('GET', `/v1/digests/${digest.id}/checks`);
  const places = checks.items.filter((item: { id: string }) => item.id === 'available').map((item: { place: string }) => item.place);
  expect([checks.canSend, places]).toEqual([false, ['articles[0]', 'articles[1]']]);
  expect((await app.api('GET', `/v1/digests/${digest.id}/preview`)).status).toBe(200);
});

test('a test goes to the few who are named, marked as a test, and counts nowhere', async () => {
  const { body: digest } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles: [await newsroom.article()] });
  const sent = await app.api('POST', `/v1/digests/${digest.id}/tests`, { to: ['desk@example.net', 'editor@example.net'] });
  expect([sent.status, sent.body]).toEqual([202, { messages: 2 }]);
  const rows = await app.ctx.db
    .selectFrom('message')
    .select(['kind', 'address', 'language'])
    .where('digest_id', '=', digest.id)
    .orderBy('id')
    .execute();
  expect(rows).toEqual([
    { kind: 'test', address: 'desk@example.net', language: 'en' },
    { kind: 'test', address: 'editor@example.net', language: 'en' },
  ]);
  expect((await app.api('GET', `/v1/digests/${digest.id}/progress`)).body).toMatchObject({ state: 'draft', frozen: 0 });
  const wrong = await app.api('POST', `/v1/digests/${digest.id}/tests`, { to: ['desk@example.net', 'nobody'] });
  expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '/to/1']);
});

test('digests are listed newest first, page by page', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.push((await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing-he' })).body.id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { body } = await app.api('GET', `/v1/digests?newsletter=israel-briefing-he&limit=2${query}`);
    seen.push(...body.items.map((item: { id: string }) => item.id));
    cursor = body.nextCursor;
  } while (cursor !== null);
  expect(seen.slice(0, 5)).toEqual(ids.toReversed());
});
