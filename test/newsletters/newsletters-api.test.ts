import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { syncSchedules } from '#src/newsletters/sync-schedules';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const schedule = '/v1/newsletters/israel-briefing/schedules/daily';
const recurrences = () => app.ctx.bells.recurrences('clock');

async function idOf(slug: string): Promise<string> {
  return (await app.ctx.db.selectFrom('newsletter').select('id').where('slug', '=', slug).executeTakeFirstOrThrow()).id;
}

describe('newsletters', () => {
  test('the two that are seeded are listed, with their direction', async () => {
    const { status, body } = await app.api('GET', '/v1/newsletters');
    expect([status, body.nextCursor]).toEqual([200, null]);
    expect(body.items).toMatchObject([
      { slug: 'israel-briefing', language: 'en', direction: 'ltr', zone: 'Asia/Jerusalem' },
      { slug: 'israel-briefing-he', language: 'he', direction: 'rtl' },
    ]);
    const first = await app.api('GET', '/v1/newsletters?limit=1');
    const second = await app.api('GET', `/v1/newsletters?limit=1&cursor=${first.body.nextCursor}`);
    expect([first.body.items[0].slug, second.body.items[0].slug, second.body.nextCursor]).toEqual([
      'israel-briefing',
      'israel-briefing-he',
      null,
    ]);
  });

  test('one is changed by those who have seen its version', async () => {
    const before = await app.api('GET', '/v1/newsletters/israel-briefing-he');
    const etag = String(before.headers.get('etag'));
    const change = { fromName: 'תדריך', contactAddress: 'Desk@חדשות.example', websiteUrl: 'https://news.example.org/' };
    const after = await app.api('PATCH', '/v1/newsletters/israel-briefing-he', change, { 'if-match': etag });
    expect(after.status).toBe(200);
    expect(after.body).toEqual({ ...before.body, ...change, contactAddress: 'Desk@xn--7dbee7eg.example' });
    expect((await app.api('PATCH', '/v1/newsletters/israel-briefing-he', change, { 'if-match': etag })).status).toBe(412);
    const same = await app.api('PATCH', '/v1/newsletters/israel-briefing-he', {});
    expect(same.headers.get('etag')).toBe(after.headers.get('etag'));
  });

  test.each([
    [{ zone: 'Asia/Atlantis' }, '/zone'],
    [{ language: 'xx' }, '/language'],
    [{ fromName: ' \u0000 ' }, '/fromName'],
    [{ contactAddress: 'nobody' }, '/contactAddress'],
    [{ websiteUrl: 'javascript:alert(1)' }, '/websiteUrl'],
    [{ slug: 'other' }, '/slug'],
  ])('refuses %j', async (change, pointer) => {
    const { status, body } = await app.api('PATCH', '/v1/newsletters/israel-briefing', change);
    expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
  });

  test('an unknown one is not found', async () => {
    for (const path of ['nowhere', 'nowhere/schedules/daily', '%00'])
      expect((await app.api('GET', `/v1/newsletters/${path}`)).status).toBeGreaterThanOrEqual(400);
    expect((await app.api('PATCH', '/v1/newsletters/nowhere', {})).status).toBe(404);
    expect((await app.api('PUT', '/v1/newsletters/nowhere/schedules/daily', { at: '06:30' })).status).toBe(404);
  });
});

describe('schedules', () => {
  test('one is set, read, and its bell hung in the queue', async () => {
    expect((await app.api('GET', '/v1/newsletters/israel-briefing/schedules/weekly')).status).toBe(404);
    const wanted = { enabled: true, at: '06:30', weekdays: ['friday', 'sunday'], maxArticles: 5 };
    const set = await app.api('PUT', schedule, wanted);
    expect([set.status, set.body]).toEqual([200, { ...wanted, weekdays: ['sunday', 'friday'] }]);
    expect((await app.api('GET', schedule)).body).toEqual(set.body);
    expect((await app.api('PUT', schedule, set.body)).headers.get('etag')).toBe(set.headers.get('etag'));
    expect(await recurrences()).toEqual([`${await idOf('israel-briefing')}-daily`]);
  });

  test('the usual days are all, of a weekly one Friday', async () => {
    const daily = await app.api('PUT', '/v1/newsletters/israel-briefing-he/schedules/daily', { at: '07:00', enabled: false });
    expect([daily.body.weekdays.length, daily.body.maxArticles]).toEqual([7, 8]);
    const weekly = await app.api('PUT', '/v1/newsletters/israel-briefing-he/schedules/weekly', { at: '07:00', enabled: false });
    expect(weekly.body.weekdays).toEqual(['friday']);
  });

  test('one that is switched off rings no more', async () => {
    await app.api('PUT', schedule, { at: '06:30' });
    const off = await app.api('PUT', schedule, { at: '06:30', enabled: false });
    expect([off.status, off.body.enabled]).toEqual([200, false]);
    expect(await recurrences()).toEqual([]);
  });

  test.each([
    [{}, '/at'],
    [{ at: '6:30' }, '/at'],
    [{ at: '24:00' }, '/at'],
    [{ at: '06:30', weekdays: [] }, '/weekdays'],
    [{ at: '06:30', weekdays: ['sunday', 'someday'] }, '/weekdays/1'],
    [{ at: '06:30', maxArticles: 0 }, '/maxArticles'],
    [{ at: '06:30', zone: 'UTC' }, '/zone'],
  ])('refuses %j', async (input, pointer) => {
    const { status, body } = await app.api('PUT', schedule, input);
    expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
  });

  test('the queue is made what the rows say: forgotten ones hung again, strangers taken down', async () => {
    const english = await idOf('israel-briefing');
    await app.api('PUT', schedule, { at: '06:30' });
    await app.ctx.bells.stopRecurring('clock', `${english}-daily`);
    const stranger = {
      name: 'openOccasion',
      payload: { newsletterId: '999', cadence: 'daily' },
      pattern: '0 0 * * *',
      zone: 'UTC',
    } as const;
    await app.ctx.bells.recur({ ...stranger, id: '999-daily' });
    await app.ctx.bells.recur({ id: 'tidy', name: 'tidy', payload: {}, pattern: '0 3 * * *', zone: 'UTC' });
    await syncSchedules(app.ctx);
    expect((await recurrences()).toSorted()).toEqual([`${english}-daily`, 'tidy'].toSorted());
  });

  test('a schedule is kept while the queue is away', async () => {
    const { bells } = app.ctx;
    await bells.close();
    const set = await app.api('PUT', schedule, { at: '08:15' });
    expect(set.status).toBe(200);
    await syncSchedules(app.ctx);
    expect((await app.api('GET', schedule)).body.at).toBe('08:15');
  });
});
