import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { type Desk, openDesk } from './desk.js';
import { leaveUnknown } from './leave-unknown.js';

let app: TestApp;
let desk: Desk;
let id: string;
let page: string;

/** Readers 1 to 3 are unknown, 4 is accepted. */
beforeAll(async () => {
  app = await startApp();
  desk = await openDesk(app);
  await addReaders(app.ctx, 4);
  id = await freezeDigestFor(app.ctx, { state: 'paused' });
  page = `/studio/digests/${id}`;
  const outcome = { digest_id: id, pass: 1, content_version: 1, slice: 1, at: new Date() } as const;
  const readers = await app.ctx.db.selectFrom('subscriber').select(['id', 'address']).where('address', 'like', 'r%@example.org').execute();
  await app.ctx.db
    .insertInto('outcome')
    .values(
      readers.map((reader) => ({
        ...outcome,
        subscriber_id: reader.id,
        state: reader.address === 'r4@example.org' ? ('accepted' as const) : ('unknown' as const),
      })),
    )
    .execute();
  await app.ctx.db.updateTable('slice').set({ unknown: 3, accepted: 1 }).where('digest_id', '=', id).execute();
});
afterAll(() => app.close());

async function sentAgain(): Promise<number> {
  const rows = await app.ctx.db.selectFrom('message').select('id').where('digest_id', '=', id).where('kind', '=', 'resend').execute();
  return rows.length;
}

async function audited(): Promise<unknown[]> {
  const { body } = await app.api('GET', '/v1/audit');
  return body.items.filter(({ action }: { action: string }) => action === 'digest.resend');
}

test('the unknown are listed with a warning, in both languages', async () => {
  const { html } = await desk.get(page);
  expect(html).toContain('may then have it twice');
  expect(html.match(/name="subscriberId"/g)).toHaveLength(3);
  expect((await (await openDesk(app, { language: 'he' })).get(page)).html).toContain('עלול לקבל פעמיים');
});

test('nobody ticked is nobody sent', async () => {
  const answer = await desk.post(`${page}/resend`, { whom: 'chosen' });
  expect([answer.status, answer.html.includes('Choose at least one reader.')]).toEqual([422, true]);
  expect(await sentAgain()).toBe(0);
});

test('whoever may not send, and a form of another site, are refused', async () => {
  const [reader = ''] = listed((await desk.get(page)).html);
  const writer = await openDesk(app, { role: 'writer' });
  expect((await writer.get(page)).html).not.toContain('/resend"');
  expect((await writer.post(`${page}/resend`, { whom: 'chosen', subscriberId: reader })).status).toBe(403);
  const foreign = await desk.post(`${page}/resend`, { whom: 'chosen', subscriberId: reader }, { origin: 'https://evil.example' });
  expect(foreign.status).toBe(403);
  expect(await sentAgain()).toBe(0);
});

test('the one that is ticked goes again, once, and is recorded; the others follow when all are asked for', async () => {
  const all = listed((await desk.get(page)).html);
  const fields = all.map((reader): [string, string] => ['listed', reader]);
  const one: [string, string][] = [...fields, ['subscriberId', all[0] ?? ''], ['whom', 'chosen']];
  expect((await desk.post(`${page}/resend`, one)).html).toContain('It is on its way again to 1 reader.');
  expect([await sentAgain(), await audited()]).toMatchObject([1, [{ action: 'digest.resend' }]]);

  const again = await desk.post(`${page}/resend`, one);
  expect(again.html).toContain('It goes to nobody again. One was left out');
  expect([await sentAgain(), (await audited()).length]).toEqual([1, 1]);

  const rest = await desk.post(`${page}/resend`, [...fields, ['whom', 'listed']]);
  expect(rest.html).toContain('on its way again to 2 readers. One was left out');
  expect([await sentAgain(), (await audited()).length]).toEqual([3, 2]);
});

test('more than a page holds are reached by its links, and the page says how many it shows', async () => {
  await addReaders(app.ctx, 201, 'example.com');
  const many = await freezeDigestFor(app.ctx, { state: 'paused' });
  await leaveUnknown(app.ctx, many);
  const found: string[] = [];
  const sizes: number[] = [];
  let path = `/studio/digests/${many}`;
  while (path !== '') {
    const { html } = await desk.get(path);
    sizes.push(listed(html).length);
    found.push(...listed(html));
    expect(html).toContain(`These are ${sizes.at(-1)} of 205.`);
    expect(html).toMatch(new RegExp(`briefing digest resend ${many} <span[^>]*>--all<`));
    path = /href="([^"]*\?unknown=\d+)#unknown"/.exec(html)?.[1] ?? '';
  }
  expect([sizes, new Set(found).size]).toEqual([[100, 100, 5], 205]);

  const last = `?unknown=${found[199]}`;
  const fields = found.slice(200).map((reader): [string, string] => ['listed', reader]);
  const none = await desk.post(`/studio/digests/${many}/resend${last}`, [...fields, ['whom', 'chosen']]);
  expect([none.status, listed(none.html)]).toEqual([422, found.slice(200)]);
  const again = await desk.post(`/studio/digests/${many}/resend${last}`, [...fields, ['whom', 'listed']]);
  expect(again.html).toContain('on its way again to 5 readers');
  expect(listed(again.html)).toEqual(found.slice(200));
  expect(listed((await desk.get(`/studio/digests/${many}?unknown=${found[204]}`)).html)).toEqual(found.slice(0, 100));
});

test('of few the page says nothing of others', async () => {
  const { html } = await desk.get(page);
  expect(html).not.toMatch(/These are|--all|\?unknown=/);
});

function listed(html: string): string[] {
  return [...html.matchAll(/name="listed" value="(\d+)"/g)].map(([, reader = '']) => reader);
}
