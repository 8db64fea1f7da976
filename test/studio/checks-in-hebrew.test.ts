import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openNewsroom } from '../digests/newsroom.js';
import { startApp, type TestApp } from '../support/app.js';
import { type Desk, openDesk } from './desk.js';

let app: TestApp;
let desk: Desk;
let hebrewDesk: Desk;
let id: string;

/** A draft that nobody would get, of an article that was withdrawn, another, and a note with a merge field. */
beforeAll(async () => {
  app = await startApp();
  const newsroom = openNewsroom(app.ctx);
  const withdrawn = await newsroom.article({ headline: 'A <new> pier in חיפה', withdrawnAt: new Date().toISOString() });
  const articles = [withdrawn, await newsroom.article()];
  const { body } = await app.api('POST', '/v1/digests', {
    newsletter: 'israel-briefing',
    articles,
    subject: 'News',
    note: 'Dear {{name}}',
  });
  id = body.id;
  [desk, hebrewDesk] = [await openDesk(app), await openDesk(app, { language: 'he' })];
});
afterAll(() => app.close());

test.each([
  ['the editor', () => `/studio/digests/${id}`],
  ['the review', () => `/studio/digests/${id}/review`],
])('%s tells a Hebrew editor in Hebrew what keeps the digest, where, and what to do', async (_page, path) => {
  const checks = checksIn((await hebrewDesk.get(path())).html);
  expect(checks).toContain('אין מי שיקבל אותו.');
  expect(checks).toContain('המתינו עד שמישהו יאשר הרשמה בתדירות הזאת.');
  expect(checks).toContain('„\u2068A &lt;new&gt; pier in חיפה\u2069” הוסרה מהאתר.');
  expect(checks).toContain('„\u2068{{name}}\u2069” לא הוחלף בתוכן.');
  expect(checks).toContain('</bdi> · הערת העורך');
  expect(checks).toContain('בנושא 4 תווים בלבד.');
  expect(checks).not.toMatch(/lang="en"|dir="ltr"/);
});

test('an English editor reads the same in English, and a Hebrew headline keeps its direction', async () => {
  const checks = checksIn((await desk.get(`/studio/digests/${id}`)).html);
  expect(checks).toContain('“\u2068A &lt;new&gt; pier in חיפה\u2069” was withdrawn.');
  expect(checks).toContain('The subject has 4 characters.');
  expect(checks).not.toMatch(/[\u0590-\u05ff](?![^\u2068]*\u2069)/);
});

test('the first page says in the editor’s language what is in the way', async () => {
  expect(await inTheWay(hebrewDesk)).toContain('אין מי שיקבל אותו.');
  expect(await inTheWay(hebrewDesk)).not.toContain('Nobody');
  expect(await inTheWay(desk)).toContain('Nobody would get it.');
});

test('programs read English, plain, whatever language they ask for', async () => {
  const { body } = await app.api('GET', `/v1/digests/${id}/checks`, undefined, { 'accept-language': 'he' });
  const failing = body.items.filter(({ ok }: { ok: boolean }) => !ok);
  expect(failing).toContainEqual({
    id: 'available',
    level: 'block',
    ok: false,
    part: 'articles',
    place: 'articles[0]',
    message: '“A <new> pier in חיפה” was withdrawn.',
    remedy: 'Take it out of the digest.',
  });
  expect(JSON.stringify(body)).not.toMatch(/[\u2066-\u2069]/);

  const refused = await app.api('PUT', `/v1/digests/${id}/send`, { expectedRecipients: 0 });
  expect([refused.status, refused.body.code]).toEqual([409, 'checks-blocked']);
  expect(refused.body.detail).toContain('Nobody would get it.');
  expect(refused.body.checks).toContainEqual(failing.find((check: { id: string }) => check.id === 'recipients'));
});

function checksIn(html: string): string {
  return /<ul class="checks-list">([\s\S]*?)<\/ul>/.exec(html)?.[1] ?? '';
}

async function inTheWay(at: Desk): Promise<string> {
  return /<ul class="today-blocks">([\s\S]*?)<\/ul>/.exec((await at.get('/studio')).html)?.[1] ?? '';
}
