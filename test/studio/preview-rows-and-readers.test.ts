import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openNewsroom } from '../digests/newsroom.js';
import { startApp, type TestApp } from '../support/app.js';
import { type Desk, openDesk } from './desk.js';

let app: TestApp;
let desk: Desk;
let hebrewDesk: Desk;
let draft: string;
let hebrewReader: string;

beforeAll(async () => {
  app = await startApp();
  const newsroom = openNewsroom(app.ctx);
  await newsroom.reader();
  hebrewReader = await newsroom.reader({ language: 'he', address: 'noa@example.net' });
  await newsroom.reader({ newsletter: 'israel-briefing-he', address: 'elsewhere@example.net' });
  const articles = [await newsroom.article({ url: 'https://10.255.255.1/article' }), await newsroom.article()];
  const subject = 'A subject that is so long that a phone shows only the first part of it, and a desktop more';
  const { body } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles, subject });
  draft = `/studio/digests/${body.id}`;
  desk = await openDesk(app);
  hebrewDesk = await openDesk(app, { language: 'he' });
});
afterAll(() => app.close());

test('the preview shows the email in four inboxes, each with the room that it has', async () => {
  const { html } = await desk.get(draft);
  const clients = [...html.matchAll(/<div><dt>([^<]+)<\/dt>/g)].map(([, client]) => client);
  expect(clients).toEqual(['Gmail', 'Gmail, phone', 'Apple Mail', 'Outlook']);
  const subjects = [...html.matchAll(/"inbox-subject">([^<]+)</g)].map(([, subject = '']) => subject);
  expect(subjects.map((subject) => subject.endsWith('…'))).toEqual([true, true, true, true]);
  expect(new Set(subjects).size).toBe(4);
  expect((await hebrewDesk.get(draft)).html).toContain('Gmail בטלפון');
});

test('a subscriber is found by address or id, and stays while the preview is looked at', async () => {
  for (const who of [' Noa@Example.net ', hebrewReader]) {
    const page = await desk.post(`${draft}?mode=dark`, { who });
    expect([page.status, page.path]).toEqual([200, `${draft}?subscriber=${hebrewReader}&mode=dark#preview`]);
    expect(page.html).toContain('noa@example.net');
    expect(page.html).toMatch(new RegExp(`<iframe [^>]*src="${draft}/preview\\?[^"]*subscriber=${hebrewReader}&`));
    expect(page.html).toContain(`name="keep-subscriber" value="${hebrewReader}"`);
    expect(page.html).toMatch(new RegExp(`href="${draft}\\?mode=dark&amp;width=375&amp;subscriber=${hebrewReader}#preview"`));
  }
  const frame = await desk.get(`${draft}/preview?subscriber=${hebrewReader}`);
  expect(frame.html).toMatch(/<html[^>]* lang="he"/);
  expect(frame.headers.get('cache-control')).toBe('no-store');
  expect((await desk.get(`${draft}/preview`)).html).toMatch(/<html[^>]* lang="en"/);
  expect((await desk.post(draft, { who: '' })).path).toBe(`${draft}?#preview`);
});

test.each(['nobody@example.net', 'elsewhere@example.net', '999999', 'no address <b>'])('of %s it says that there is none', async (who) => {
  const page = await desk.post(draft, { who });
  expect(page.status).toBe(422);
  expect(page.html).toContain('is no subscriber of this newsletter');
  expect(page.html).toContain('aria-invalid="true"');
  expect(page.html).not.toContain('<b>');
  expect((await hebrewDesk.post(draft, { who })).html).toContain('אין מנוי כזה');
});

test('whoever may not see subscribers cannot look in their place', async () => {
  const writer = await openDesk(app, { role: 'writer' });
  expect((await writer.get(`${draft}?subscriber=${hebrewReader}`)).html).not.toMatch(/name="who"|noa@example\.net/);
  expect((await writer.post(draft, { who: 'noa@example.net' })).status).toBe(403);
  expect((await writer.get(`${draft}/preview?subscriber=${hebrewReader}`)).html).toMatch(/<html[^>]* lang="en"/);
});

test('the links are asked when an editor says so, in the same panel', async () => {
  const before = await desk.get(draft);
  expect(before.html).toContain('Check the links too');
  expect(before.html).not.toContain('The link does not answer.');
  for (const path of [`${draft}?links=1`, `${draft}/review?links=1`]) {
    const page = await desk.get(path);
    expect(page.status).toBe(200);
    expect(page.html).toContain('The link does not answer.');
    expect(page.html).toContain('not every one answers');
  }
  expect((await hebrewDesk.get(`${draft}?links=1`)).html).toContain('הקישורים נבדקו כעת');
}, 60_000);

test('a page of another site cannot make the studio ask links', async () => {
  const page = await desk.get(`${draft}?links=1`, { 'sec-fetch-site': 'cross-site' });
  expect(page.html).toContain('Check the links too');
});
