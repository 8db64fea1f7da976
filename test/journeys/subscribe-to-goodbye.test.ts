import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { linksIn } from '../support/inbox.js';
import { type ReaderApp, startReaderApp } from '../pages/reader-app.js';

let app: ReaderApp;

beforeAll(async () => {
  app = await startReaderApp();
});
afterAll(() => app.close());

const anna = 'anna@example.org';

test('a visitor signs up, confirms, changes how often, pauses, leaves, comes back, takes and erases their data', async () => {
  const page = await app.get('/subscribe?src=article-footer');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('value="article-footer"');

  const asked = await app.post('/subscribe', { email: anna, newsletter: 'israel-briefing', language: 'en', src: 'article-footer' });
  expect([asked.status, asked.headers.get('location')]).toEqual([303, '/subscribe/check-inbox']);
  const cookie = (asked.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect(asked.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Lax/);
  const check = await (await app.get('/subscribe/check-inbox', { cookie })).text();
  expect(check).toContain(anna);
  expect(check).toContain('Confirm your Israel Briefing subscription');

  await app.drain();
  const confirmPath = await app.mailedPath(anna, '/confirm/');
  expect(await (await app.get(confirmPath)).text()).not.toContain('data-press-itself');
  expect(await (await app.get(confirmPath, { cookie })).text()).toContain('data-press-itself');
  expect(await state(anna)).toBe('pending');

  const confirmed = await app.post(confirmPath, {});
  expect(confirmed.status).toBe(303);
  const welcome = await app.get(confirmed.headers.get('location') ?? '');
  expect(await welcome.text()).toContain('You are subscribed');
  expect(await state(anna)).toBe('active');
  expect((await app.post(confirmPath, {})).status).toBe(303);
  expect((await app.get(confirmPath)).status).toBe(303);

  await app.drain();
  const preferencesPath = await app.mailedPath(anna, '/preferences/');
  const preferences = await (await app.get(preferencesPath)).text();
  expect(preferences).toContain('a•••@example.org');
  expect(preferences).not.toContain(anna);
  const version = /name="version" value="(\d+)"/.exec(preferences)?.[1] ?? '';
  const wish: [string, string][] = [
    ['version', version],
    ['israel-briefing', 'weekly'],
    ['israel-briefing-he', 'daily'],
    ['language', 'he'],
  ];
  const saved = await app.post(preferencesPath, wish);
  expect(saved.headers.get('location')).toContain('done=saved');
  expect(await (await app.get(saved.headers.get('location') ?? '')).text()).toContain('נשמר');
  expect(await subscriptions(anna)).toEqual(['israel-briefing active weekly he', 'israel-briefing-he active daily he']);
  expect((await app.post(preferencesPath, wish)).status).toBe(409);

  const leavePath = await app.mailedPath(anna, '/u/');
  const left = await app.post(leavePath, { 'List-Unsubscribe': 'One-Click' });
  expect([left.status, left.headers.get('location')]).toEqual([200, null]);
  expect((await subscriptions(anna))[0]).toContain('left');
  const paused = await app.post(`${leavePath}/pause`, { days: '14' });
  expect(paused.status).toBe(303);
  expect((await subscriptions(anna))[0]).toContain('active');

  await app.post(leavePath, {});
  await app.post(`${leavePath}/reason`, { reason: 'tooMany' });
  expect((await app.post('/data', { email: anna })).status).toBe(303);
  await app.drain();
  const dataPath = await app.mailedPath(anna, '/data/');
  const exported = await app.post(dataPath, { act: 'export' });
  expect(exported.headers.get('content-disposition')).toContain('attachment');
  expect(await exported.json()).toMatchObject({ address: anna, subscriptions: [{ leftReason: 'tooMany' }, {}] });
  expect((await app.post(dataPath, { act: 'erase' })).status).toBe(422);
  const erased = await app.post(dataPath, { act: 'erase', sure: 'yes' });
  expect(erased.status).toBe(303);
  expect(await (await app.get(erased.headers.get('location') ?? '')).text()).toContain('נמחק');
  expect(await state(anna)).toBeUndefined();
  expect((await app.post(leavePath, { 'List-Unsubscribe': 'One-Click' })).status).toBe(200);

  await app.post('/subscribe', { email: anna });
  app.clock.now = new Date(app.clock.now.getTime() + 25 * 3_600_000);
  await app.post('/subscribe', { email: anna });
  await app.drain();
  await app.post(await app.mailedPath(anna, '/confirm/'), {});
  expect(await state(anna)).toBe('active');
});

test('GET and HEAD of every link of every mail change no row, three times over; then each POST works', async () => {
  const ben = 'ben@example.org';
  await app.join(ben);
  await app.post('/data', { email: ben });
  await app.drain();
  const mails = await app.inbox.messages(ben);
  const links = mails.flatMap((mail) => linksIn(mail, app.url)).map((link) => link.slice(app.url.length));
  expect(links.length).toBeGreaterThanOrEqual(6);
  const before = await app.rows();
  for (let time = 0; time < 3; time += 1) {
    for (const path of links) {
      await app.fetch(path, { headers: { purpose: 'prefetch' } });
      await app.fetch(path, { method: 'HEAD' });
    }
  }
  expect(await app.rows()).toBe(before);
  for (const path of links.filter((link) => /^\/(confirm|u|not-me)\//.test(link)))
    expect((await app.post(path, {})).status).toBeLessThan(400);
  expect(await app.rows()).not.toBe(before);
});

async function state(address: string): Promise<string | undefined> {
  const { rows } = await app.ctx.pool.query<{ state: string }>('SELECT state FROM subscriber WHERE address = $1', [address]);
  return rows[0]?.state;
}

async function subscriptions(address: string): Promise<string[]> {
  const { rows } = await app.ctx.pool.query<{ line: string }>(
    `SELECT concat_ws(' ', slug, s.state, array_to_string(cadences, '+'), s.language) AS line FROM subscription AS s
     JOIN subscriber ON subscriber.id = subscriber_id JOIN newsletter ON newsletter.id = newsletter_id WHERE address = $1 ORDER BY newsletter.id`,
    [address],
  );
  return rows.map(({ line }) => line);
}
