import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freezeDigest } from '#src/digests/freeze-digest';
import type { Context } from '#src/context';
import { openOccasion } from '#src/digests/open-occasion';
import { publishDue } from '#src/digests/publish-due';
import { ringOccasions } from '#src/digests/ring-occasions';
import { startApp, type TestApp } from '../support/app.js';
import { openNewsroom } from './newsroom.js';

let app: TestApp;
let newsroom: ReturnType<typeof openNewsroom>;

beforeAll(async () => {
  app = await startApp({ now: new Date('2026-03-20T08:00:00Z') });
  newsroom = openNewsroom(app.ctx);
});
afterAll(() => app.close());

async function draft(): Promise<string> {
  return (await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles: [await newsroom.article()] })).body.id;
}

test('a wall clock time in a zone is a moment', async () => {
  const id = await draft();
  const answer = await app.api('PUT', `/v1/digests/${id}/schedule`, { at: '2026-03-22T06:30', zone: 'Asia/Jerusalem' });
  expect([answer.status, answer.body.state, answer.body.sendAt, answer.body.zone]).toEqual([
    200,
    'scheduled',
    '2026-03-22T04:30:00Z',
    'Asia/Jerusalem',
  ]);
  const later = await app.api('PUT', `/v1/digests/${id}/schedule`, { at: '2026-03-23T06:30' });
  expect(later.body.sendAt).toBe('2026-03-23T04:30:00Z');
});

test.each([
  ['a time that clocks skip', { at: '2026-03-27T02:30', zone: 'Asia/Jerusalem' }, '/at'],
  ['a time in the past', { at: '2026-03-20T09:59', zone: 'Asia/Jerusalem' }, '/at'],
  ['no such day', { at: '2026-02-30T06:30', zone: 'Asia/Jerusalem' }, '/at'],
  ['no time at all', { at: 'tomorrow', zone: 'Asia/Jerusalem' }, '/at'],
  ['no such zone', { at: '2026-03-22T06:30', zone: 'Asia/Atlantis' }, '/zone'],
])('%s is a fault', async (_what, body, pointer) => {
  const id = await draft();
  const answer = await app.api('PUT', `/v1/digests/${id}/schedule`, body);
  expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  expect((await app.api('GET', `/v1/digests/${id}`)).body.state).toBe('draft');
});

test('an hour that comes twice means the first', async () => {
  const answer = await app.api('PUT', `/v1/digests/${await draft()}/schedule`, { at: '2026-10-25T01:30', zone: 'Asia/Jerusalem' });
  expect(answer.body.sendAt).toBe('2026-10-24T22:30:00Z');
});

test('before its time nothing is frozen; with nobody to write to it is a draft again', async () => {
  const id = await draft();
  await app.api('PUT', `/v1/digests/${id}/schedule`, { at: '2026-03-20T12:00', zone: 'UTC' });
  expect(await freezeDigest(app.ctx, id)).toBe('not-due');
  const before = app.clock.now;
  app.clock.now = new Date('2026-03-20T12:00:00Z');
  expect(await freezeDigest(app.ctx, id)).toBe('no-readers');
  expect((await app.api('GET', `/v1/digests/${id}`)).body).toMatchObject({ state: 'draft', stateReason: 'no-readers' });
  app.clock.now = before;
});

const daily = { cadence: 'daily' } as const;

async function dailyAt(localTime: string, weekdays = [0, 1, 2, 3, 4, 5, 6]): Promise<string> {
  const newsletterId = await newsroom.newsletterId();
  await app.ctx.db
    .insertInto('schedule')
    .values({ newsletter_id: newsletterId, cadence: 'daily', local_time: localTime, weekdays, max_articles: 3 })
    .onConflict((conflict) => conflict.columns(['newsletter_id', 'cadence']).doUpdateSet({ local_time: localTime, weekdays }))
    .execute();
  return newsletterId;
}

const dayDigest = (day: string) =>
  app.ctx.db.selectFrom('digest').selectAll().where('occasion', '=', `israel-briefing/daily/${day}`).executeTakeFirst();

test('an hour’s digest is made once, whoever rings, from what is new', async () => {
  const newsletterId = await dailyAt('06:30');
  await newsroom.reader();
  app.clock.now = new Date('2026-04-01T03:29:00Z');
  expect(await openOccasion(app.ctx, { newsletterId, ...daily })).toBe('not-due');
  for (let count = 0; count < 5; count += 1) await newsroom.article();
  await newsroom.article({ inLanguage: 'he' });
  const withdrawn = await newsroom.article({ withdrawnAt: app.clock.now.toISOString() });
  app.clock.now = new Date('2026-04-01T03:30:00Z');
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => openOccasion(app.ctx, { newsletterId, ...daily })));
  expect(outcomes.filter((outcome) => outcome === 'sent').length).toBeGreaterThanOrEqual(1);
  const digest = await dayDigest('2026-04-01');
  expect(digest).toMatchObject({ state: 'scheduled', hold_seconds: 60, send_at: app.clock.now });
  expect(digest?.subject).not.toBe('');
  const chosen = await app.ctx.db.selectFrom('digest_article').select('article_id').where('digest_id', '=', String(digest?.id)).execute();
  expect(chosen).toHaveLength(3);
  expect(chosen.map(({ article_id }) => article_id)).not.toContain(withdrawn);
  expect(await freezeDigest(app.ctx, String(digest?.id))).toBe('holding');
  expect(await openOccasion(app.ctx, { newsletterId, ...daily })).toBe('already');
});

test('a day without news has a record that says so', async () => {
  const newsletterId = await dailyAt('06:30');
  app.clock.now = new Date('2026-04-12T03:30:00Z');
  expect(await openOccasion(app.ctx, { newsletterId, ...daily })).toBe('nothing-new');
  expect(await dayDigest('2026-04-12')).toMatchObject({ state: 'skipped', state_reason: 'nothing-new' });
});

test('what a process left half made is finished by the next, what an editor called back is not', async () => {
  const newsletterId = await dailyAt('06:30');
  app.clock.now = new Date('2026-04-13T03:31:00Z');
  const article = await newsroom.article();
  const { id } = await app.ctx.db
    .insertInto('digest')
    .values({ newsletter_id: newsletterId, occasion: 'israel-briefing/daily/2026-04-13', state_reason: 'opening' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await app.ctx.db.insertInto('digest_article').values({ digest_id: id, position: 0, article_id: article, slot: 'top' }).execute();
  expect(await openOccasion(app.ctx, { newsletterId, ...daily })).toBe('sent');
  await app.api('DELETE', `/v1/digests/${id}/send`);
  expect(await openOccasion(app.ctx, { newsletterId, ...daily })).toBe('already');
  expect((await dayDigest('2026-04-13'))?.state).toBe('draft');
  expect((await app.api('DELETE', `/v1/digests/${id}`)).status).toBe(204);
  expect(await dayDigest('2026-04-13')).toMatchObject({ state: 'skipped', state_reason: 'unwanted' });
});

test('a schedule that rests on that weekday makes nothing', async () => {
  const newsletterId = await dailyAt('06:30', [0, 1, 2, 3, 4, 5]);
  app.clock.now = new Date('2026-04-18T04:00:00Z'); // a Saturday
  expect(await openOccasion(app.ctx, { newsletterId, ...daily })).toBe('not-due');
});

test('checks that block leave a draft that says which', async () => {
  const newsletterId = await dailyAt('06:30', [0, 1, 2, 3, 4, 5, 6]);
  app.clock.now = new Date('2026-04-20T03:30:00Z');
  await newsroom.article({ kind: 'sponsored', headline: 'A bank would like to tell you something' });
  expect(await openOccasion(app.ctx, { newsletterId, ...daily })).toBe('checks-blocked');
  expect((await dayDigest('2026-04-20'))?.state_reason).toMatch(/^checks-blocked: \w+/);
});

/** The context with a bell that is heard here and nowhere else. */
function listening(rung: string[]): Context {
  const ring = async (name: string, payload: unknown): Promise<void> => void rung.push(`${name} ${JSON.stringify(payload)}`);
  return { ...app.ctx, bells: { ...app.ctx.bells, ring } };
}

test('an hour that nobody rang for is rung for, until its digest is there', async () => {
  const newsletterId = await dailyAt('06:30');
  await app.ctx.db
    .updateTable('schedule')
    .set({ updated_at: new Date('2026-05-01T00:00:00Z') })
    .execute();
  const rung: string[] = [];
  for (const now of ['2026-05-05T03:29:00Z', '2026-05-05T03:31:00Z', '2026-05-05T04:31:00Z']) {
    app.clock.now = new Date(now);
    await ringOccasions(listening(rung));
  }
  expect(rung).toEqual([`openOccasion {"newsletterId":"${newsletterId}","cadence":"daily"}`]);
  app.clock.now = new Date('2026-05-05T03:32:00Z');
  await openOccasion(app.ctx, { newsletterId, ...daily });
  await ringOccasions(listening(rung));
  expect(rung).toHaveLength(1);
});

test('a schedule that is set after its hour waits for tomorrow', async () => {
  await dailyAt('06:30');
  await app.ctx.db
    .updateTable('schedule')
    .set({ updated_at: new Date('2026-05-06T03:40:00Z') })
    .execute();
  const rung: string[] = [];
  app.clock.now = new Date('2026-05-06T03:41:00Z');
  await ringOccasions(listening(rung));
  expect(rung).toEqual([]);
  app.clock.now = new Date('2026-05-07T03:31:00Z');
  await ringOccasions(listening(rung));
  expect(rung).toHaveLength(1);
});

test('a digest whose time has come is rung for by the clock, every few seconds and not oftener', async () => {
  const id = await draft();
  await app.api('PUT', `/v1/digests/${id}/schedule`, { at: '2026-05-08T12:00', zone: 'UTC' });
  const rung: string[] = [];
  const ofThis = () => rung.filter((one) => one.includes(id)).length;
  await app.ctx.db
    .updateTable('digest')
    .set({ updated_at: new Date(Date.now() - 60_000) })
    .where('id', '=', id)
    .execute();
  await publishDue(listening(rung));
  expect(ofThis()).toBe(0);
  app.clock.now = new Date('2026-05-08T12:00:00Z');
  for (let tick = 0; tick < 5; tick += 1) await publishDue(listening(rung));
  expect(ofThis()).toBe(1);
  await app.ctx.db
    .updateTable('digest')
    .set({ updated_at: new Date(Date.now() - 6_000) })
    .where('id', '=', id)
    .execute();
  await publishDue(listening(rung));
  expect(ofThis()).toBe(2);
});
