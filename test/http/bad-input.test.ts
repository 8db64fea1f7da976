import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';

describe('bad input', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    app.fetch('/v1/keys', {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/json', ...headers },
    });
  const problem = async (response: Response) => {
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    return (await response.json()) as { status: number; code: string; errors: { pointer: string; detail: string }[] };
  };

  test.each(['{', '', '"text"', '{"name":"x",}', 'null', '\u0000'])('the malformed body %j is 400 or 422, never 500', async (body) => {
    const response = await post(body);
    expect([400, 422]).toContain(response.status);
    await problem(response);
  });

  test('malformed JSON is 400', async () => {
    expect(await problem(await post('{"name":'))).toMatchObject({ status: 400, code: 'bad-json' });
  });

  test('a body of 10 MB is 413', async () => {
    expect(await problem(await post(JSON.stringify({ name: 'x'.repeat(10_000_000) })))).toMatchObject({ status: 413, code: 'too-large' });
  });

  test.each([
    ['text/plain', '{}'],
    ['application/x-www-form-urlencoded', 'name=x'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('a body of type %s is 415', async (type, body) => {
    expect(await problem(await post(body, { 'content-type': type }))).toMatchObject({ status: 415, code: 'unsupported-type' });
  });

  test('a body without a type is 415', async () => {
    const response = await app.fetch('/v1/keys', {
      method: 'POST',
      body: Buffer.from('{}'),
      headers: { authorization: `Bearer ${app.key}` },
    });
    expect(response.status).toBe(415);
  });

  test('an encoding or a charset that we do not know is 415', async () => {
    expect((await post('{}', { 'content-encoding': 'what' })).status).toBe(415);
    expect((await post('{}', { 'content-type': 'application/json; charset=klingon' })).status).toBe(415);
  });

  test('a compressed body is counted unpacked', async () => {
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(JSON.stringify({ name: 'x'.repeat(5_000_000) }));
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  test('each fault is pointed at', async () => {
    const { errors, code } = await problem(await post(JSON.stringify({ name: '', scopes: ['articles:read', 'everything'], 'a/b~c': 1 })));
    expect(code).toBe('invalid');
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/a~1b~0c', '/name', '/scopes/1']);
  });

  test.each(['__proto__', 'constructor', 'prototype', 'toString'])('the field %s is unknown, and nothing inherits it', async (field) => {
    const response = await post(`{"name":"x","scopes":["keys:read"],"${field}":{"isAdmin":true}}`);
    expect(response.status).toBe(422);
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false);
  });

  test('a NUL character is refused, not a bug', async () => {
    expect(await problem(await post(JSON.stringify({ name: 'a\u0000b', scopes: ['keys:read'] })))).toMatchObject({ status: 422 });
  });

  test('deep JSON is refused quickly', async () => {
    expect([400, 422]).toContain((await post('['.repeat(200_000))).status);
    expect((await post(`{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).status).toBe(422);
  });

  test.each(['limit=0', 'limit=201', 'limit=ten', 'limit=1&limit=2', 'unknown=1', 'limit[a]=1', '__proto__=1'])(
    'the query %s is 422',
    async (query) => {
      expect((await app.api('GET', `/v1/keys?${query}`)).status).toBe(422);
    },
  );

  const forged = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
  test.each([
    '%F0%9F',
    'x',
    '!!!',
    'null',
    forged({}),
    forged({ id: 7 }),
    forged({ id: '1 OR 1=1' }),
    forged({ id: '99999999999999999999' }),
    forged({ id: '1', more: 1 }),
    forged(['1']),
    'a'.repeat(2_000),
  ])('the forged cursor %s is 422 and points at it', async (cursor) => {
    const { status, body } = await app.api('GET', `/v1/keys?cursor=${cursor}`);
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toMatch(/^\/cursor/);
  });

  test('an address that cannot be decoded is 404', async () => {
    expect((await app.api('DELETE', '/v1/keys/%E0%A4%A')).status).toBe(404);
  });
});
