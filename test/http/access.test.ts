import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';

describe('access to the API', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  test('without a key it is 401 and says how to sign in', async () => {
    const response = await app.fetch('/v1/keys');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ status: 401, code: 'not-signed-in', errors: [] });
  });

  test('a key without the scope is 403 and names the scope', async () => {
    const key = await app.keyWith('articles:read');
    const response = await app.fetch('/v1/keys', { headers: { authorization: `Bearer ${key}` } });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'not-allowed', scope: 'keys:read' });
  });

  test('a key lists the keys, without any key itself', async () => {
    const { status, body } = await app.api('GET', '/v1/keys?limit=1');
    expect(status).toBe(200);
    expect(body.items).toHaveLength(1);
    expect(JSON.stringify(body)).not.toContain(app.key);
    expect(body.nextCursor).toEqual(expect.any(String));
  });
});
