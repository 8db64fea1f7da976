import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';

describe('Idempotency-Key', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  const wish = { name: 'once', scopes: ['keys:read'] };
  const post = (key: string, body: unknown = wish, more = {}) => app.api('POST', '/v1/keys', body, { 'idempotency-key': key, ...more });
  const countKeys = async (name: string) => (await app.ctx.db.selectFrom('api_key').select('id').where('name', '=', name).execute()).length;
  const later = (seconds: number) => {
    app.clock.now = new Date(app.clock.now.getTime() + seconds * 1000);
  };

  test('the same key and body get the first answer again: status, headers and body', async () => {
    const key = randomUUID();
    const first = await post(key);
    const again = await post(key);
    expect(first.status).toBe(201);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(await countKeys('once')).toBe(1);
  });

  test('quotes around the key do not make it another', async () => {
    const key = randomUUID();
    const first = await post(key, { ...wish, name: 'quoted' });
    expect((await post(`"${key}"`, { ...wish, name: 'quoted' })).body).toEqual(first.body);
  });

  test('of twenty at once one runs; the others wait their turn or get its answer', async () => {
    const key = randomUUID();
    const body = { ...wish, name: 'twenty' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(key, body)));
    expect(await countKeys('twenty')).toBe(1);
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map((answer) => answer.body.key)).size).toBe(1);
    const others = answers.filter(({ status }) => status !== 201);
    for (const other of others) expect(other).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  test('the same key with another body is 422, and nothing is done', async () => {
    const key = randomUUID();
    await post(key, { ...wish, name: 'first body' });
    expect((await post(key, { ...wish, name: 'second body' })).status).toBe(422);
    expect(await countKeys('second body')).toBe(0);
  });

  test('a refusal is an answer too, and comes again', async () => {
    const authorization = `Bearer ${await app.keyWith('keys:write')}`;
    const key = randomUUID();
    const first = await post(key, wish, { authorization });
    const again = await post(key, wish, { authorization });
    expect(first.status).toBe(403);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('content-type')).toMatch(/problem/);
  });

  test('an input that does not fit uses no key up', async () => {
    const key = randomUUID();
    expect((await post(key, { name: 'corrected' })).status).toBe(422);
    expect((await post(key, { ...wish, name: 'corrected' })).status).toBe(201);
  });

  test('two callers may use the same key', async () => {
    const key = randomUUID();
    const authorization = `Bearer ${await app.keyWith('keys:write', 'keys:read')}`;
    const mine = await post(key, { ...wish, name: 'two' });
    const theirs = await post(key, { ...wish, name: 'two' }, { authorization });
    expect(theirs.body.key).not.toBe(mine.body.key);
  });

  test('a request whose process died does not lock its key for ever', async () => {
    const key = randomUUID();
    const { body: actor } = await app.api('GET', '/v1/keys?limit=200');
    const caller = `key:${actor.items.find((item: { start: string }) => app.key.startsWith(item.start)).id}`;
    const died = { caller, key, request_hash: Buffer.from('whatever'), created_at: app.ctx.now() };
    await app.ctx.db.insertInto('idempotency').values(died).execute();
    expect((await post(key, { ...wish, name: 'after a crash' })).status).toBe(422);
    later(31);
    expect((await post(key, { ...wish, name: 'after a crash' })).status).toBe(201);
  });

  test('after 24 hours the key is free again', async () => {
    const key = randomUUID();
    const first = await post(key, { ...wish, name: 'a day' });
    later(23 * 3600);
    expect((await post(key, { ...wish, name: 'a day' })).body.key).toBe(first.body.key);
    later(24 * 3600 + 1);
    expect((await post(key, { ...wish, name: 'a day' })).body.key).not.toBe(first.body.key);
  });

  test.each(['', 'a b', 'x'.repeat(256)])('the key %j does not fit', async (key) => {
    expect((await post(key)).status).toBe(422);
  });

  test('a kept answer cannot be read without the credentials that got it', async () => {
    const made = await post(randomUUID(), { ...wish, name: 'sealed' });
    const rows = await app.ctx.db.selectFrom('idempotency').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(made.body.key);
    expect(JSON.stringify(rows)).not.toContain('sealed');
  });

  test('a GET takes no notice of it', async () => {
    const headers = { 'idempotency-key': 'x y' };
    expect((await app.api('GET', '/v1/keys', undefined, headers)).status).toBe(200);
  });
});
