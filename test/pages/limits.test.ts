import { afterEach, expect, test } from '@jest/globals';
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
