import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openNewsroom } from '../digests/newsroom.js';
import { type Desk, openDesk } from '../studio/desk.js';
import { drain } from '../support/drain.js';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;
let desk: Desk;

beforeAll(async () => {
  app = await startApp();
  desk = await openDesk(app);
});
afterAll(() => app.close());

test('an editor stores articles, makes a digest, tests it, sends it and watches it arrive, with forms alone', async () => {
  const newsroom = openNewsroom(app.ctx);
  for (const address of ['anna@example.net', 'boris@example.net', 'chana@example.net']) await newsroom.reader({ address });

  for (const [index, headline] of [
    'Cabinet agrees on the outline of a budget',
    'Rain fills the Sea of Galilee',
    'Airport workers call off their strike',
  ].entries()) {
    const stored = await desk.post('/studio/articles/new', {
      headline,
      description: 'Ministers met late on Sunday and agreed on the outline of a plan that parliament is to debate.',
      url: `https://news.example.org/${headline.length}`,
      datePublished: `2026-01-05T09:${index + 1}0`,
      articleBody: 'The first paragraph.\n\nThe second paragraph.',
      kind: 'editorial',
    });
    expect(stored.html).toContain('The article was stored.');
  }

  const opened = await desk.post('/studio/digests', { newsletter: 'israel-briefing' });
  const [digestPath = ''] = opened.path.split('?');
  const ids = [...opened.html.matchAll(/type="checkbox" name="articleId" value="([^"]+)"/g)].map(([, id]) => id ?? '');
  expect(ids).toHaveLength(3);

  const chosen = await desk.post(
    `${digestPath}/articles`,
    ids.map((id): [string, string] => ['articleId', id]),
  );
  expect(headlinesIn(chosen.html)[0]).toBe('Airport workers call off their strike');
  const moved = await desk.post(`${digestPath}/articles/move`, { articleId: ids[2] ?? '', to: 'up' });
  expect(moved.html).toContain('Moved to place 2.');
  const led = await desk.post(`${digestPath}/articles/move`, { articleId: ids[2] ?? '', to: '1' });
  expect(headlinesIn(led.html)).toEqual([
    'Cabinet agrees on the outline of a budget',
    'Airport workers call off their strike',
    'Rain fills the Sea of Galilee',
  ]);
  await desk.post(`${digestPath}/articles/edit`, { articleId: ids[2] ?? '', whyItMatters: 'It is the first in three years.' });
  const version = /name="version" value="(\d+)"/.exec((await desk.get(digestPath)).html)?.[1] ?? '';
  await desk.post(`${digestPath}/words`, {
    subject: 'A budget, rain and a strike',
    preheader: 'The outline, the lake, and flights that leave after all',
    note: 'Good morning.',
    version,
  });

  const tested = await desk.post(`${digestPath}/test`, { to: 'desk@example.net' });
  expect(tested.html).toContain('The test is on its way.');
  await drain(app.ctx);
  const [test] = await app.inbox.waitFor('desk@example.net');
  expect(test?.subject).toBe('[Test] A budget, rain and a strike');
  expect(test?.text).toContain('It is the first in three years.');

  const review = await desk.get(`${digestPath}/review`);
  expect(review.html).toContain('Send to 3 readers');
  const recipients = /name="recipients" value="(\d+)"/.exec(review.html)?.[1] ?? '';
  await desk.post(`${digestPath}/send`, { recipients });
  await drain(app.ctx);
  const held = await desk.get(digestPath);
  expect(held.html).toContain('Held: nothing has left yet');
  expect(held.html).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>');

  expect((await desk.post(`${digestPath}/undo`)).html).toContain('Called back.');
  expect(await app.inbox.messages('anna@example.net')).toHaveLength(0);
  await desk.post(`${digestPath}/send`, { recipients });
  await drain(app.ctx);
  app.clock.now = new Date(app.clock.now.getTime() + 61_000);
  await drain(app.ctx);

  for (const address of ['anna@example.net', 'boris@example.net', 'chana@example.net']) {
    const mails = await app.inbox.messages(address);
    expect(mails.map(({ subject }) => subject)).toEqual(['A budget, rain and a strike']);
  }
  const watched = await desk.get(digestPath);
  expect(watched.html).toMatch(/data-progress="accepted">3</);
  const archived = /href="(\/digests\/[^"]+)"/.exec(watched.html)?.[1] ?? '';
  expect(await (await app.fetch(archived)).text()).toContain('Cabinet agrees on the outline of a budget');

  await desk.post(`${digestPath}/withdraw`);
  expect((await app.fetch(archived)).status).toBe(410);
  await desk.post(`${digestPath}/restore`);
  expect((await app.fetch(archived)).status).toBe(200);
});

/** The digest's articles in their order, as the editor's page lists them. */
function headlinesIn(html: string): string[] {
  return [...html.matchAll(/class="seat-headline"><bdi[^>]*>([^<]+)</g)].map(([, headline]) => headline ?? '');
}
