import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { drain } from '../support/drain.js';
import { linksIn } from '../support/inbox.js';
import { startApp, type TestApp } from '../support/app.js';
import { openNewsroom } from '../digests/newsroom.js';
import { openDesk } from './desk.js';

let app: TestApp;
let digestId: string;

beforeAll(async () => {
  app = await startApp();
  const newsroom = openNewsroom(app.ctx);
  await newsroom.reader();
  const { body } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles: [await newsroom.article()] });
  digestId = String((body as { id: string }).id);
});
afterAll(() => app.close());

test('without a session every page leads to the sign-in', async () => {
  for (const path of [
    '/studio',
    '/studio/articles',
    '/studio/digests',
    `/studio/digests/${digestId}`,
    `/studio/digests/${digestId}/preview`,
  ]) {
    const answer = await app.fetch(path);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/studio/sign-in']);
  }
});

test('a mailed link shows a button, works once, and says so afterwards', async () => {
  await openDesk(app, { language: 'he' });
  const address = 'editor-he@desk.example.org';
  const asked = await app.fetch('/studio/sign-in', {
    method: 'POST',
    body: new URLSearchParams({ email: address }),
    headers: { origin: app.url },
  });
  expect(asked.status).toBe(200);
  await drain(app.ctx);
  const mail = (await app.inbox.waitFor(address, 2)).at(-1);
  const link = (mail ? linksIn(mail, `${app.url}/studio/sign-in/`) : [])[0]?.slice(app.url.length) ?? '';
  const shown = await app.fetch(link);
  expect([shown.status, shown.headers.get('set-cookie')]).toEqual([200, null]);
  expect(await shown.text()).toContain('<form method="post"');
  const press = () => app.fetch(link, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin', origin: 'null' } });
  const pressed = await press();
  expect([pressed.status, pressed.headers.get('location')]).toEqual([303, '/studio']);
  expect(pressed.headers.get('set-cookie')).toMatch(/^studio=[\w-]{43}; .*HttpOnly; SameSite=Strict/);
  expect((await press()).status).toBe(410);
});

test('the answer to a request for a link does not tell who has an account', async () => {
  const ask = async (email: string) =>
    (await app.fetch('/studio/sign-in', { method: 'POST', body: new URLSearchParams({ email }), headers: { origin: app.url } })).text();
  const known = await ask('editor-he@desk.example.org');
  const stranger = await ask('nobody-he@desk.example.org');
  expect(stranger.replaceAll('nobody-he', 'editor-he')).toBe(known);
});

test.each([
  ['another site', { origin: 'https://evil.example' }],
  ['another site, by Fetch Metadata', { 'sec-fetch-site': 'cross-site' }],
  ['a sibling host', { 'sec-fetch-site': 'same-site' }],
  ['nobody who says', {}],
  ['a liar', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }],
])('a form from %s is refused', async (_who, headers) => {
  const desk = await openDesk(app, { role: 'admin' });
  const refused = await desk.post(`/studio/digests/${digestId}/words`, { subject: 'Taken over' }, headers);
  expect(refused.status).toBe(403);
  expect((await app.api('GET', `/v1/digests/${digestId}`)).body).toMatchObject({ subject: '', version: 1 });
});

test('a writer prepares, and cannot send', async () => {
  const desk = await openDesk(app, { role: 'writer' });
  expect((await desk.post(`/studio/digests/${digestId}/words`, { subject: 'A writer’s subject', version: '1' })).html).toContain('Saved.');
  expect((await desk.get(`/studio/digests/${digestId}/review`)).html).not.toContain('Send to 1 reader');
  for (const act of ['send', 'schedule', 'undo', 'pause', 'cancel']) {
    expect((await desk.post(`/studio/digests/${digestId}/${act}`, { recipients: '1' })).status).toBe(403);
  }
  expect((await app.api('GET', `/v1/digests/${digestId}`)).body).toMatchObject({ state: 'draft', subject: 'A writer’s subject' });
});

test('after signing out the cookie opens nothing', async () => {
  const desk = await openDesk(app);
  expect((await desk.get('/studio')).status).toBe(200);
  await desk.post('/studio/sign-out');
  expect((await desk.get('/studio')).path).toBe('/studio/sign-in');
});
