import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { openContext } from '#src/context';
import { createApp } from '#src/http/app';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
afterEach(() => app.close());

const from = (ip: string) => ({ 'x-forwarded-for': ip });

test.each(['postgres', ...(process.env['TEST_REDIS_URL'] ? (['redis'] as const) : [])] as const)(
  'a network that asks too often gets 429, a time, and its address back (%s)',
  async (backend) => {
    app = await startReaderApp({ backend, settings: { TRUST_PROXY: '127.0.0.1' } });
    const network = `203.0.${Math.floor(Math.random() * 250)}`;
    for (let n = 0; n < 120; n += 1) await app.post('/subscribe', { email: 'bad' }, from(`${network}.${n}`));
    const refused = await app.post('/subscribe', { email: 'anna@example.org', src: 'footer' }, from(`::ffff:${network}.200`));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const html = await refused.text();
    expect(html).toContain('value="anna@example.org"');
    expect(html).toContain('Your address is still here');
    const json = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...from(`${network}.9`) },
      body: '{"email":"anna@example.org"}',
    };
    expect((await app.fetch('/subscribe', json)).status).toBe(429);
    expect((await app.post('/subscribe', { email: 'anna@example.org' }, from('198.51.100.7'))).status).toBe(303);
  },
);

test('a forged X-Forwarded-For is worth nothing where no proxy is trusted', async () => {
  app = await startReaderApp();
  await app.post('/subscribe', { email: 'anna@example.org' }, from('198.51.100.7'));
  expect((await app.ctx.pool.query('SELECT host(ip) AS ip FROM signup_request')).rows).toEqual([{ ip: '127.0.0.1' }]);
});

test('a hasty form is taken, but a network has few of them', async () => {
  app = await startReaderApp({ settings: { TRUST_PROXY: '127.0.0.1' } });
  const stamp = app.clock.now.getTime().toString(36);
  const statuses = [];
  for (let n = 0; n < 21; n += 1)
    statuses.push((await app.post('/subscribe', { email: `a${n}@example.org`, stamp }, from('192.0.2.1'))).status);
  expect(statuses).toEqual([...Array<number>(20).fill(303), 429]);
});

const backends = ['postgres', ...(process.env['TEST_REDIS_URL'] ? (['redis'] as const) : [])] as const;

/** Each with the app that was started first, and one more process beside it on the same database. */
async function besides(start: ReaderApp): Promise<{ url: string; close(): Promise<void> }> {
  const ctx = openContext(start.ctx.config, 'beside', { now: () => start.clock.now });
  const server = createServer(createApp(ctx)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await ctx.close();
    },
  };
}

test.each(backends)('two processes count together (%s)', async (backend) => {
  app = await startReaderApp({ backend, settings: { TRUST_PROXY: '127.0.0.1' } });
  const other = await besides(app);
  const network = `2001:db8:${Math.floor(Math.random() * 60_000).toString(16)}:7`;
  const statuses = [];
  for (let n = 0; n < 122; n += 1) {
    const url = n % 2 === 0 ? app.url : other.url;
    const headers = { accept: 'text/html', ...from(`${network}${n.toString(16).padStart(2, '0')}::1`) }; // one /56
    statuses.push((await fetch(`${url}/subscribe`, { method: 'POST', body: new URLSearchParams({ email: 'bad' }), headers })).status);
  }
  await other.close();
  expect(statuses).toEqual([...Array<number>(120).fill(422), 429, 429]);
  app.clock.now = new Date(app.clock.now.getTime() + 11 * 60_000);
  if (backend === 'postgres') expect((await app.post('/subscribe', { email: 'bad' }, from(`${network}00::1`))).status).toBe(422);
});

test('one mail domain has a limit, whoever asks; large mail hosts count in all only, and all together have one', async () => {
  const settings = { TRUST_PROXY: '127.0.0.1', BRIEFING_SIGN_UP_DOMAIN_LIMIT: '3', BRIEFING_SIGN_UP_LIMIT: '8' };
  app = await startReaderApp({ settings });
  let networks = 0;
  const ask = async (email: string) => {
    networks += 1;
    return (await app.post('/subscribe', { email }, from(`198.51.${networks}.1`))).status;
  };
  const ofDomain = [];
  for (const host of ['victim.example.org', 'a.example.org', 'example.org', 'b.example.org']) ofDomain.push(await ask(`anna@${host}`));
  expect(ofDomain).toEqual([303, 303, 303, 429]);
  const others = [];
  for (let n = 0; n < 6; n += 1) others.push(await ask(`anna${n}@gmail.com`));
  expect(others).toEqual([303, 303, 303, 303, 303, 429]);
  const refused = await app.post('/subscribe', { email: 'anna@elsewhere.example' }, from('203.0.113.1'));
  expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
});

test('whoever is refused for their network fills no bucket of others', async () => {
  app = await startReaderApp({ settings: { TRUST_PROXY: '127.0.0.1', BRIEFING_SIGN_UP_LIMIT: '125' } });
  for (let n = 0; n < 140; n += 1) await app.post('/subscribe', { email: 'anna@example.org' }, from('192.0.2.1'));
  expect((await app.post('/subscribe', { email: 'ben@example.org' }, from('198.51.100.1'))).status).toBe(303);
});

test('a program on this machine is not limited, unless it says that it speaks for somebody', async () => {
  app = await startReaderApp();
  const statuses = new Set<number>();
  for (let n = 0; n < 125; n += 1) statuses.add((await app.post('/subscribe', { email: 'bad' })).status);
  expect([...statuses]).toEqual([422]);
  for (let n = 0; n < 121; n += 1) statuses.add((await app.post('/subscribe', { email: 'bad' }, from(`192.0.2.${n}`))).status);
  expect([...statuses]).toEqual([422, 429]);
});

test.each(['192.0.2.1, 10.0.0.1', 'unknown', '"><script>', '::ffff:0:0:1', '1'.repeat(5_000)])(
  'a strange X-Forwarded-For (%j) breaks nothing',
  async (value) => {
    app = await startReaderApp({ settings: { TRUST_PROXY: '127.0.0.1' } });
    expect((await app.post('/subscribe', { email: 'anna@example.org' }, from(value))).status).toBe(303);
  },
);

test('a flood for one address, in many spellings and from many networks, makes one message', async () => {
  app = await startReaderApp({ settings: { TRUST_PROXY: '127.0.0.1' } });
  const spellings = ['victim@gmail.com', 'v.ictim@gmail.com', 'Victim+1@gmail.com', 'VICTIM@googlemail.com'];
  const posts = Array.from({ length: 1_000 }, (_, n) => n);
  for (let start = 0; start < posts.length; start += 50) {
    const some = posts.slice(start, start + 50);
    const asked = some.map((n) => app.post('/subscribe', { email: spellings[n % 4] ?? '' }, from(`10.${n % 100}.${n % 7}.1`)));
    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([303]));
  }
  await Promise.all([app.drain(), app.drain()]);
  expect(await app.inbox.messages()).toHaveLength(1);
  const { rows } = await app.ctx.pool.query(`SELECT count(*)::int AS open FROM message WHERE state = 'asked'`);
  expect(rows).toEqual([{ open: 0 }]);
});
