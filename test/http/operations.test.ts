import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { endpoints } from '#src/http/endpoints';
import { startApp, type TestApp } from '../support/app.js';

describe('what operators and developers read', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  test('/livez looks at the process only', async () => {
    const response = await app.fetch('/livez');
    expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
  });

  test('/readyz looks at Postgres, the queue and the migrations', async () => {
    const { status, body } = await app.api('GET', '/readyz');
    expect([status, body]).toEqual([200, { ready: true, parts: { database: 'ok', queue: 'ok', migrations: 'ok' } }]);
  });

  test('/readyz says when a migration is missing', async () => {
    const { rows } = await app.ctx.pool.query("DELETE FROM migration WHERE name LIKE '0003%' RETURNING name, run_on");
    const { status, body } = await app.api('GET', '/readyz');
    await app.ctx.pool.query('INSERT INTO migration (name, run_on) VALUES ($1, $2)', [rows[0].name, rows[0].run_on]);
    expect([status, body.parts.migrations]).toEqual([503, 'behind']);
  });

  test('/metrics is for this machine only, and names nobody', async () => {
    const response = await app.fetch('/metrics');
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('briefing_digest_waiting 0');
    expect(text).toContain('briefing_queue_oldest_seconds 0');
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).not.toContain('@');
    expect((await app.fetch('/metrics', { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(404);
  });

  test('every answer has a request id, and no two the same', async () => {
    const ids = await Promise.all(
      ['/livez', '/nowhere', '/v1/keys'].map(async (path) => (await app.fetch(path)).headers.get('x-request-id')),
    );
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each(['/livez', '/docs', '/v1/keys', '/nowhere', '/inbox', '/openapi.json', '/assets/style.css'])(
    '%s carries the security headers',
    async (path) => {
      const { headers } = await app.fetch(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('strict-transport-security')).toBeNull();
    },
  );

  test('what is nowhere is a problem for programs and a page for people, in their language', async () => {
    expect(await (await app.fetch('/nowhere')).json()).toMatchObject({ status: 404, code: 'not-found' });
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    const page = await app.fetch('/nowhere', { headers: { accept, 'accept-language': 'he-IL,he;q=0.9,en;q=0.5' } });
    expect(page.status).toBe(404);
    expect(await page.text()).toMatch(/<html lang="he" dir="rtl">/);
    const api = await app.fetch('/v1/nowhere', { headers: { accept } });
    expect(api.headers.get('content-type')).toMatch(/problem\+json/);
  });

  test('an asset may be kept for a year when its address names its content', async () => {
    const page = await (await app.fetch('/docs')).text();
    const path = /href="(\/assets\/style\.css\?v=[^"]+)"/.exec(page)?.[1] ?? '';
    const named = await app.fetch(path);
    expect([named.status, named.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    const plain = await app.fetch('/assets/style.css');
    expect(plain.headers.get('cache-control')).toBe('public, max-age=0');
    for (const outside of [
      '/assets/../pages/layout.eta',
      '/assets/%2e%2e/pages/layout.eta',
      '/assets/..%2fpages%2flayout.eta',
      '/assets/',
    ]) {
      expect((await app.fetch(outside)).status).toBe(404);
    }
  });

  test('/docs lists every endpoint and needs nothing from elsewhere', async () => {
    const page = await (await app.fetch('/docs')).text();
    for (const { method, path } of endpoints) expect(page).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page).not.toMatch(/<script|style="|<style/);
  });
});

describe('OpenAPI', () => {
  let app: TestApp;
  let document: Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- a tree of JSON
  beforeAll(async () => {
    app = await startApp();
    document = (await app.api('GET', '/openapi.json')).body;
  });
  afterAll(() => app.close());

  test('describes every endpoint of the table, once', () => {
    expect(document['openapi']).toMatch(/^3\.1\./);
    expect(document['servers']).toEqual([{ url: app.url }]);
    const described = Object.entries(document['paths'] as Record<string, object>).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    const served = endpoints.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.toSorted()).toEqual(served.toSorted());
    expect(new Set(served).size).toBe(endpoints.length);
  });

  test('keeps the rules of OpenAPI that programs stumble over', () => {
    const ids: string[] = [];
    for (const [path, item] of Object.entries(document['paths'] as Record<string, Record<string, any>>)) {
      for (const operation of Object.values(item)) {
        ids.push(operation.operationId);
        const inPath = operation.parameters.filter((parameter: { in: string }) => parameter.in === 'path');
        expect(inPath.map(({ name }: { name: string }) => `{${name}}`).toSorted()).toEqual((path.match(/\{\w+\}/g) ?? []).toSorted());
        expect(inPath.every(({ required }: { required: boolean }) => required)).toBe(true);
        expect(Object.keys(operation.responses).length).toBeGreaterThan(2);
        for (const response of Object.values<any>(operation.responses))
          expect(response.$ref ?? response.description).toEqual(expect.any(String));
      }
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(referencesIn(document).every((reference) => resolve(document, reference) !== undefined)).toBe(true);
  });

  test('every call needs a key with the scope that the table names', async () => {
    for (const { method, path } of endpoints) {
      const response = await app.fetch(path.replace(/:\w+/g, '1'), { method: method.toUpperCase() });
      expect([method, path, response.status]).toEqual([method, path, 401]);
    }
  });
});

function referencesIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, child]) => (key === '$ref' && typeof child === 'string' ? [child] : referencesIn(child)));
}

function resolve(document: unknown, reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
}
