import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Purpose, readLink, writeLink } from '#src/links';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
let start: Date;
let anna: string;
let subscriptionId: string;
let leavePath: string;
let count = 0;

beforeAll(async () => {
  app = await startReaderApp();
  start = app.clock.now;
});
afterAll(() => app.close());

/** A new reader for each test. */
beforeEach(async () => {
  app.clock.now = start;
  count += 1;
  anna = `anna${count}@example.org`;
  leavePath = await app.join(anna);
  const { rows } = await app.ctx.pool.query<{ id: string }>('SELECT max(id) AS id FROM subscription');
  subscriptionId = rows[0]?.id ?? '';
});

const pages = ['confirm', 'u', 'preferences', 'welcome', 'data', 'not-me'] as const;
const purposes: Record<(typeof pages)[number], Purpose> = {
  confirm: 'confirm',
  u: 'unsubscribe',
  preferences: 'preferences',
  welcome: 'welcome',
  data: 'data',
  'not-me': 'notMe',
};
const link = (purpose: Purpose, at = app.clock.now, subject = subscriptionId) => writeLink(app.ctx.config.keys, purpose, subject, at);
const state = async () =>
  (await app.ctx.pool.query('SELECT state FROM subscription WHERE id = $1', [subscriptionId])).rows[0] as { state: string };

test('a token of one page opens no other', async () => {
  const before = await app.rows();
  for (const page of pages) {
    for (const purpose of Object.values(purposes).filter((other) => other !== purposes[page])) {
      for (const method of ['GET', 'POST']) {
        const response = await app.fetch(`/${page}/${link(purpose)}`, { method, headers: { accept: 'text/html' } });
        expect([page, purpose, method, response.status]).toEqual([page, purpose, method, 404]);
      }
    }
  }
  expect(await app.rows()).toBe(before);
});

test('no flipped bit passes, and the page has a next step', async () => {
  const token = Buffer.from(link('unsubscribe'), 'base64url');
  const before = await app.rows();
  for (let place = 0; place < token.length; place += 1) {
    const forged = Buffer.from(token);
    forged[place] = (forged[place] ?? 0) ^ 1;
    expect((await app.post(`/u/${forged.toString('base64url')}`, {})).status).toBe(404);
  }
  const html = await (await app.get('/u/nonsense')).text();
  expect(html).toContain('action="/data?lang=en"');
  expect(await app.rows()).toBe(before);
});

test('token pages keep themselves to themselves', async () => {
  for (const page of pages) {
    const response = await app.get(`/${page}/${link(purposes[page])}`);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    if (response.status === 200) expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toContain(anna);
  }
  expect(`${app.ctx.config.publicUrl}${leavePath}`.length).toBeLessThan(200);
});

test('a program is answered as a browser is: the link acts, and JSON in the body changes nothing', async () => {
  const json = {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: '{"List-Unsubscribe":"no"}',
  };
  const confirmed = await app.fetch(`/confirm/${link('confirm')}`, json);
  expect([confirmed.status, confirmed.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/welcome\/[\w-]{52}$/)]);
  const left = await app.fetch(leavePath, json);
  expect([left.status, left.headers.get('location'), (await state()).state]).toEqual([200, null, 'left']);
  expect((await app.fetch('/u/nonsense', json)).status).toBe(404);
});

const old = () => new Date(start.getTime() - 400 * 24 * 3_600_000);

describe('expired', () => {
  test('unsubscribing never expires', async () => {
    expect((await app.post(`/u/${link('unsubscribe', old())}`, {})).status).toBe(200);
    expect((await state()).state).toBe('left');
  });

  test.each(['preferences', 'data'] as const)('%s: says so and mails new links at one press', async (page) => {
    const path = `/${page}/${link(page, old())}`;
    const shown = await app.get(path);
    expect([shown.status, await shown.text()]).toEqual([410, expect.stringContaining('This link has expired')]);
    expect(await (await app.post(path, {})).text()).toContain('A new link is on its way');
    await app.drain();
    expect(await app.mailedPath(anna, '/data/')).toMatch(/^\/data\//);
  });

  test('a confirmation: a new one at one press, for those who have not confirmed', async () => {
    await app.post('/subscribe', { email: 'ben@example.org' });
    await app.drain();
    app.clock.now = new Date(app.clock.now.getTime() + 73 * 3_600_000);
    const path = await app.mailedPath('ben@example.org', '/confirm/');
    expect((await app.get(path)).status).toBe(410);
    expect(await (await app.post(path, {})).text()).toContain('A new link is on its way');
    await app.drain();
    expect(await app.inbox.messages('ben@example.org')).toHaveLength(2);
  });
});

describe('RFC 8058', () => {
  test('the link alone says whom it concerns: no table is read to know it, nor to refuse a forgery', async () => {
    const token = leavePath.slice('/u/'.length);
    expect(readLink(app.ctx.config.keys, 'unsubscribe', token, app.clock.now)).toMatchObject({ ok: true, subject: subscriptionId });
    const { pool } = app.ctx;
    const connect = pool.connect.bind(pool);
    let connections = 0;
    pool.connect = (() => {
      connections += 1;
      return connect();
    }) as typeof pool.connect;
    const forged = await app.post(`/u/${token.slice(0, -1)}${token.endsWith('A') ? 'E' : 'A'}`, {});
    pool.connect = connect;
    expect([forged.status, connections]).toEqual([404, 0]);
  });

  test.each([
    ['urlencoded', { body: 'List-Unsubscribe=One-Click', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    [
      'multipart',
      {
        body: '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
      },
    ],
    ['broken multipart', { body: 'x', headers: { 'content-type': 'multipart/form-data' } }],
    ['no body', {}],
    ['an odd type', { body: '\u0000', headers: { 'content-type': 'application/nonsense; charset=klingon' } }],
    ['a large body', { body: 'x'.repeat(100_000), headers: { 'content-type': 'text/plain' } }],
  ])('%s: 200 without a redirect, twice, and it is true', async (_, init) => {
    for (let time = 0; time < 2; time += 1) {
      const response = await app.fetch(leavePath, { method: 'POST', ...init });
      expect([response.status, response.headers.get('location'), response.headers.get('set-cookie')]).toEqual([200, null, null]);
    }
    expect((await state()).state).toBe('left');
  });

  test('senders hear it at once', async () => {
    const client = await app.ctx.pool.connect();
    const heard: string[] = [];
    client.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await client.query('LISTEN leavers');
    await app.post(leavePath, {});
    await client.query('SELECT 1');
    client.release(true);
    expect(heard).toContainEqual(expect.stringMatching(/^\d+:\d+$/));
  });
});

describe('after leaving', () => {
  test('it can be undone for a day, then only subscribed again', async () => {
    await app.post(leavePath, {});
    expect((await app.post(`${leavePath}/undo`, {})).headers.get('location')).toBe(`${leavePath}?after=undone`);
    expect((await state()).state).toBe('active');
    await app.post(leavePath, {});
    app.clock.now = new Date(app.clock.now.getTime() + 25 * 3_600_000);
    const late = await app.post(`${leavePath}/undo`, {});
    expect([late.status, (await state()).state]).toEqual([410, 'left']);
    expect(await (await app.get(leavePath)).text()).toContain('/subscribe?newsletter=israel-briefing');
  });

  test('an old confirmation link does not bring anybody back', async () => {
    await app.post(leavePath, {});
    expect(await (await app.post(`/confirm/${link('confirm')}`, {})).text()).toContain('already unsubscribed');
    expect((await state()).state).toBe('left');
  });

  test('a pause needs a length that we offer', async () => {
    await app.post(leavePath, {});
    expect((await app.post(`${leavePath}/pause`, { days: '9999' })).status).toBe(422);
    expect((await app.post(`${leavePath}/pause`, { days: '30' })).status).toBe(303);
    expect(await (await app.get(`${leavePath}?after=paused`)).text()).toContain('Paused.');
  });
});
