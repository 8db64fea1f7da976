import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';

describe('access to the API', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  const withKey = (key: string, more: Record<string, string> = {}) =>
    app.fetch('/v1/keys', { headers: { authorization: `Bearer ${key}`, ...more } });

  test('without a key it is 401 and says how to sign in', async () => {
    const response = await app.fetch('/v1/keys');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const body = await response.json();
    expect(body).toMatchObject({ status: 401, code: 'not-signed-in', errors: [], title: expect.any(String), detail: expect.any(String) });
    expect(body).toMatchObject({ instance: `urn:uuid:${response.headers.get('x-request-id')}`, type: '/docs#not-signed-in' });
  });

  test.each([
    ['a key of another maker', 'sk_live_0123456789'],
    ['a key with a slip of the pen', 'ib_live_00000000000000000000000000000000000000'],
    ['nothing', ''],
    ['a very long key', 'x'.repeat(5_000)],
  ])('%s is 401', async (_, key) => {
    expect((await withKey(key)).status).toBe(401);
  });

  test('a key in the query does not count', async () => {
    expect((await app.fetch(`/v1/keys?access_token=${app.key}`)).status).toBe(401);
  });

  test('a key without the scope is 403 and names the scope', async () => {
    const response = await withKey(await app.keyWith('articles:read'));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'not-allowed', scope: 'keys:read' });
  });

  test('nobody learns what a request would have said before showing a key', async () => {
    const response = await app.fetch('/v1/keys', { method: 'POST', body: '{"no":', headers: { 'content-type': 'text/plain' } });
    expect(response.status).toBe(401);
  });

  test('a new key works, cannot do more than its maker, and is dead when revoked', async () => {
    const maker = await app.keyWith('keys:write', 'keys:read');
    const authorization = `Bearer ${maker}`;
    const beyond = await app.api('POST', '/v1/keys', { name: 'more', scopes: ['digests:send'] }, { authorization });
    expect(beyond.status).toBe(403);
    const made = await app.api('POST', '/v1/keys', { name: 'reader', scopes: ['keys:read', 'keys:read'] }, { authorization });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: 'reader',
      scopes: ['keys:read'],
      revokedAt: null,
      key: expect.stringMatching(/^ib_live_\w{38}$/),
    });
    expect(made.body.key.startsWith(made.body.start)).toBe(true);
    expect((await withKey(made.body.key)).status).toBe(200);
    expect((await app.api('DELETE', `/v1/keys/${made.body.id}`)).status).toBe(204);
    expect((await app.api('DELETE', `/v1/keys/${made.body.id}`)).status).toBe(204);
    expect((await withKey(made.body.key)).status).toBe(401);
    expect((await app.api('DELETE', '/v1/keys/999999')).status).toBe(404);
    expect((await app.api('DELETE', '/v1/keys/what')).status).toBe(404);
  });

  test('the list never shows a key, comes in pages, and no key is stored', async () => {
    const first = await app.api('GET', '/v1/keys?limit=1');
    expect(first.body.items).toHaveLength(1);
    const second = await app.api('GET', `/v1/keys?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body.items[0].id).not.toBe(first.body.items[0].id);
    expect(JSON.stringify([first.body, second.body])).not.toContain(app.key.slice(12));
    const rows = await app.ctx.db.selectFrom('api_key').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(app.key.slice(12));
  });

  test('the audit says who made and revoked a key', async () => {
    const { body } = await app.api('GET', '/v1/audit?limit=200');
    const actions = body.items.map((entry: { action: string; actor: string }) => `${entry.actor.split(':')[0]} ${entry.action}`);
    expect(actions).toEqual(expect.arrayContaining(['key key.create', 'key key.revoke', 'command-line key.create']));
  });
});

describe('whoever tries keys', () => {
  test('is slowed down by network, no X-Forwarded-For helps, and a living key still works', async () => {
    const app = await startApp();
    try {
      const statuses = [];
      for (let attempt = 0; attempt < 32; attempt += 1) {
        const response = await app.fetch('/v1/keys', {
          headers: { authorization: 'Bearer wrong', 'x-forwarded-for': `192.0.2.${attempt}` },
        });
        statuses.push(response.status);
        if (response.status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect(statuses.filter((status) => status === 401)).toHaveLength(30);
      expect(statuses.slice(30)).toEqual([429, 429]);
      expect((await app.api('GET', '/v1/keys')).status).toBe(200);
      app.clock.now = new Date(app.clock.now.getTime() + 61_000);
      expect((await app.fetch('/v1/keys', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    } finally {
      await app.close();
    }
  });

  test('is told apart by a trusted proxy', async () => {
    const app = await startApp({ settings: { TRUST_PROXY: '127.0.0.1' } });
    try {
      const attempt = (from: string) => app.fetch('/v1/keys', { headers: { authorization: 'Bearer wrong', 'x-forwarded-for': from } });
      for (let count = 0; count < 30; count += 1) await attempt('::ffff:192.0.2.1');
      expect((await attempt('192.0.2.1')).status).toBe(429);
      expect((await attempt('198.51.100.2')).status).toBe(401);
    } finally {
      await app.close();
    }
  });

  test('never keeps a busy key from working', async () => {
    const app = await startApp();
    try {
      const answers = await Promise.all(Array.from({ length: 100 }, () => app.api('GET', '/v1/keys')));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    } finally {
      await app.close();
    }
  });
});
