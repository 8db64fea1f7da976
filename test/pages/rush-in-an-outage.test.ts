import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { requestCounter } from '#src/http/pages/request-counter';
import { askTogether } from '#src/subscribers/ask-together';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ settings: { LOG_LEVEL: 'silent' } });
});
afterAll(() => app.close());

const places = Array.from({ length: 1_000 }, (_, n) => n);

/** What became of a thousand calls of one moment, each outcome once, and after how many milliseconds the last of them knew. */
async function rush(call: (n: number) => Promise<unknown>): Promise<{ outcomes: string[]; tookMs: number }> {
  const from = performance.now();
  const settled = await Promise.allSettled(places.map(call));
  const outcomes = settled.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as Error).message));
  return { outcomes: [...new Set(outcomes)], tookMs: performance.now() - from };
}

const asked = (n: number) => ({
  kind: 'confirmation' as const,
  address: `reader${n}@example.org`,
  newsletter: 'israel-briefing',
  cadences: ['daily' as const],
  language: 'en',
  source: null,
  wording: 'w',
  page: '/subscribe',
  ip: null,
  hasCookie: false,
  subscriptionId: null,
  askedAt: app.clock.now,
});
const count = (n: number) => requestCounter(app.ctx)([{ key: `rush:${n}`, most: 5 }], 60_000);

/** Until `during` is done nobody can write to `table`. */
async function locked(table: string, during: () => Promise<void>): Promise<void> {
  const client = await app.ctx.pool.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await during();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** The address of something that greets as Redis does, and never answers a script. It ends with the process. */
async function silentRedis(): Promise<string> {
  const greetings = /^\*\d+\r\n\$\d+\r\n(?:info|client|hello|select)\r\n/gim;
  const server = createServer((socket) => {
    socket.unref().on('data', (words) => {
      for (const _ of words.toString().match(greetings) ?? []) socket.write('$2\r\nOK\r\n');
    });
  });
  server.unref().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('while Redis hears and does not answer, a thousand requests wait for it once', async () => {
  const counter = requestCounter({ ...app.ctx, config: { ...app.ctx.config, redisUrl: await silentRedis() } });
  const { outcomes, tookMs } = await rush((n) => counter([{ key: `rush:${n}`, most: 5 }], 60_000));
  expect(outcomes).toEqual(['Command timed out']);
  expect(tookMs).toBeLessThan(2_000); // one time limit, not ten
});

test('while a count hangs in Postgres, a thousand requests wait for it once, and the next are counted', async () => {
  await locked('request_count', async () => {
    const { outcomes, tookMs } = await rush(count);
    expect(outcomes).toEqual(['no answer within 2000 ms']);
    expect(tookMs).toBeLessThan(4_000);
  });
  expect((await rush(count)).outcomes).toEqual(['done']);
});

test('while a sign-up hangs in Postgres, a thousand wait for it once, and the next are written', async () => {
  await locked('signup_request', async () => {
    const { outcomes, tookMs } = await rush((n) => askTogether(app.ctx, asked(n)));
    expect(outcomes).toEqual(['no answer within 5000 ms']);
    expect(tookMs).toBeLessThan(10_000);
  });
  expect((await rush((n) => askTogether(app.ctx, asked(n)))).outcomes).toEqual(['done']);
});
