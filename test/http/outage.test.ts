import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { type CuttableProxy, openCuttableProxy } from '../support/cuttable-proxy.js';

describe('while Postgres is away', () => {
  let app: TestApp;
  let postgres: CuttableProxy;
  beforeAll(async () => {
    app = await startApp({
      settings: { LOG_LEVEL: 'silent' },
      proxy: async (url) => {
        postgres = await openCuttableProxy(url);
        return postgres;
      },
    });
    expect((await app.api('GET', '/v1/keys')).status).toBe(200);
    await postgres.cut();
  });
  afterAll(() => app.close());

  test('a call is 503 and says when to try again, and nothing of why', async () => {
    const { status, headers, body } = await app.api('GET', '/v1/keys');
    expect([status, body.code]).toEqual([503, 'unavailable']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toMatch(/ECONN|127\.0\.0\.1/);
  });

  test('the process lives and is not ready', async () => {
    expect((await app.fetch('/livez')).status).toBe(200);
    const { status, body } = await app.api('GET', '/readyz');
    expect([status, body.ready, body.parts.database]).toEqual([503, false, 'away']);
    expect((await app.fetch('/metrics')).status).toBe(200);
    expect((await app.fetch('/docs')).status).toBe(200);
  });

  test('a reader sees a page', async () => {
    const page = await app.fetch('/digests', { headers: { accept: 'text/html' } });
    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).not.toBeNull();
    expect(await page.text()).toContain('Back in a moment');
  });

  test('when it is back, so are we', async () => {
    await postgres.restore();
    const deadline = Date.now() + 20_000;
    let status = 0;
    while (status !== 200 && Date.now() < deadline) status = (await app.fetch('/readyz')).status;
    expect(status).toBe(200);
    expect((await app.api('GET', '/v1/keys')).status).toBe(200);
  });
});
