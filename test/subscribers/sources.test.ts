import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newsletterNoun } from '#src/cli/newsletter';
import { forgetUnconfirmed } from '#src/subscribers/forget-unconfirmed';
import { type ReaderApp, startReaderApp } from '../pages/reader-app.js';

let app: ReaderApp;

beforeAll(async () => {
  app = await startReaderApp();
});
afterAll(() => app.close());

const days = (count: number) => {
  app.clock.now = new Date(app.clock.now.getTime() + count * 24 * 3_600_000);
};

test('article → form → confirmed → still reading after thirty days', async () => {
  for (const name of ['anna', 'ben', 'carol']) await app.join(`${name}@example.org`, { src: 'article-footer' });
  for (const name of ['dana', 'eve']) await app.post('/subscribe', { email: `${name}@example.org`, src: 'article-footer' });
  const leave = await app.join('fay@example.org', { src: 'home-page' });
  await app.post('/subscribe', { email: 'gil@example.org' });
  await app.post('/subscribe', { email: 'anna@example.org', src: 'home-page' });
  await app.drain();
  days(10);
  await app.post(leave, {});
  await app.post(await app.mailedPath('carol@example.org', '/u/'), {});
  await forgetUnconfirmed(app.ctx);
  days(25);
  await app.post(await app.mailedPath('ben@example.org', '/u/'), {});
  const { status, body } = await app.api('GET', '/v1/newsletters/israel-briefing/sources');
  expect(status).toBe(200);
  expect(body.items).toEqual([
    { source: 'article-footer', asked: 5, confirmed: 3, confirmedThirtyDaysAgo: 3, readingAfterThirtyDays: 2 },
    { source: 'home-page', asked: 1, confirmed: 1, confirmedThirtyDaysAgo: 1, readingAfterThirtyDays: 0 },
    { source: '', asked: 1, confirmed: 0, confirmedThirtyDaysAgo: 0, readingAfterThirtyDays: 0 },
  ]);
  expect((await app.api('GET', '/v1/newsletters/israel-briefing/sources?days=7')).body.items).toEqual([]);
});

test('the command line says the same', async () => {
  if (!('verbs' in newsletterNoun)) throw new Error('the noun has no verbs');
  const printed: string[] = [];
  const terminal = { ctx: () => app.ctx, print: (line: string) => printed.push(line), say: () => undefined, isJson: false };
  expect(await newsletterNoun.verbs['sources']?.run(terminal as never, ['israel-briefing'], {})).toBe(0);
  expect(printed[1]).toBe('article-footer\t5\t3\t3\t2');
});

test.each([
  ['/v1/newsletters/nothing/sources', 404],
  ['/v1/newsletters/israel-briefing/sources?days=0', 422],
  ['/v1/newsletters/israel-briefing/sources?from=now', 422],
])('%s: %i', async (path, status) => {
  expect((await app.api('GET', path)).status).toBe(status);
});

test('a key without newsletters:read may not ask', async () => {
  const key = await app.keyWith('digests:read');
  const headers = { authorization: `Bearer ${key}` };
  expect((await app.fetch('/v1/newsletters/israel-briefing/sources', { headers })).status).toBe(403);
});
