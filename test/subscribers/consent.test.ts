import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { consentWording } from '#src/http/pages/sign-up-form';
import { erase } from '#src/subscribers/erase';
import { forgetUnconfirmed } from '#src/subscribers/forget-unconfirmed';
import { verifyConsents } from '#src/subscribers/verify-consents';
import { type ReaderApp, startReaderApp } from '../pages/reader-app.js';

let app: ReaderApp;
let start: Date;
let count = 0;
let anna: string;

beforeAll(async () => {
  app = await startReaderApp({ settings: { TRUST_PROXY: '127.0.0.1' } });
  start = app.clock.now;
});
afterAll(() => app.close());

/** A new person for each test. */
beforeEach(() => {
  app.clock.now = start;
  count += 1;
  anna = `anna${count}@example.org`;
});

async function subscriberId(): Promise<string> {
  const { rows } = await app.ctx.pool.query<{ id: string }>('SELECT id FROM subscriber WHERE address = $1', [anna]);
  return rows[0]?.id ?? '';
}

async function chainOf(id: string): Promise<{ kind: string; payload: unknown; ip: string | null }[]> {
  const { rows } = await app.ctx.pool.query<{ kind: string; payload: unknown; ip: string | null }>(
    'SELECT kind, payload, ip::text FROM consent JOIN consent_payload ON consent_id = consent.id WHERE subscriber_id = $1 ORDER BY consent.id',
    [id],
  );
  return rows;
}

async function joinFromNetwork(): Promise<void> {
  const headers = { 'x-forwarded-for': '2001:DB8:0:0:1::7' };
  await app.post('/subscribe', { email: anna, src: 'footer' }, headers);
  await app.drain();
  await app.post(await app.mailedPath(anna, '/confirm/'), {}, headers);
}

test('the record says what was shown, where, when and how it was confirmed; the address is cut after confirmation', async () => {
  await joinFromNetwork();
  expect(await chainOf(await subscriberId())).toMatchObject([
    { payload: { wording: consentWording, page: '/subscribe', source: 'footer', cadences: ['daily'] }, ip: '2001:db8::/56' },
    { payload: { page: '/confirm' }, ip: '2001:db8::/56' },
  ]);
  expect(await verifyConsents(app.ctx.db, await subscriberId())).toEqual({ whole: true, records: 2 });
});

test('the chain verifies through leaving, returning and erasure, and only a hash remains', async () => {
  await joinFromNetwork();
  await app.drain();
  const leave = await app.mailedPath(anna, '/u/');
  await app.post(leave, {});
  await app.post(`${leave}/undo`, {});
  const id = await subscriberId();
  expect(await erase(app.ctx, id)).toBe('erased');
  expect(await erase(app.ctx, id)).toBe('unknown');
  expect((await chainOf(id)).map(({ kind }) => kind)).toEqual(['asked', 'confirmed', 'left', 'returned', 'erased']);
  expect(await verifyConsents(app.ctx.db, id)).toEqual({ whole: true, records: 5 });
  const stored = await app.ctx.pool.query(
    `SELECT string_agg(t::text, ' ') AS all FROM (SELECT s::text FROM subscriber s UNION ALL SELECT s::text FROM subscription s UNION ALL SELECT s::text FROM signup_request s
     UNION ALL SELECT s::text FROM consent_payload s UNION ALL SELECT s::text FROM suppression s UNION ALL SELECT s::text FROM message s) AS t`,
  );
  expect(JSON.stringify(stored.rows)).not.toContain(anna);
});

test.each([
  [
    'an edited payload',
    `UPDATE consent_payload SET payload = payload || '{"source":"elsewhere"}' WHERE consent_id = (SELECT min(id) FROM consent WHERE subscriber_id = $1)`,
  ],
  [
    'an edited payload without its salt',
    `UPDATE consent_payload SET salt = NULL, payload = '{"source":"elsewhere"}' WHERE consent_id = (SELECT min(id) FROM consent WHERE subscriber_id = $1)`,
  ],
  [
    'another address',
    `UPDATE consent_payload SET ip = '192.0.2.1' WHERE consent_id = (SELECT max(id) FROM consent WHERE subscriber_id = $1)`,
  ],
])('%s breaks it', async (_, statement) => {
  await joinFromNetwork();
  await app.ctx.pool.query(statement, [await subscriberId()]);
  expect(await verifyConsents(app.ctx.db, await subscriberId())).toMatchObject({ whole: false });
});

test('an edited record breaks it, though somebody with all rights took the guard away', async () => {
  await joinFromNetwork();
  const id = await subscriberId();
  await app.ctx.pool.query('ALTER TABLE consent DISABLE TRIGGER consent_append_only');
  await app.ctx.pool.query(
    `UPDATE consent SET at = at - interval '1 day' WHERE id = (SELECT min(id) FROM consent WHERE subscriber_id = $1)`,
    [id],
  );
  await app.ctx.pool.query('ALTER TABLE consent ENABLE TRIGGER consent_append_only');
  expect(await verifyConsents(app.ctx.db, id)).toMatchObject({ whole: false });
});

test('a record can be neither changed nor deleted', async () => {
  await joinFromNetwork();
  await expect(app.ctx.pool.query(`UPDATE consent SET kind = 'left'`)).rejects.toThrow('append-only');
  await expect(app.ctx.pool.query('DELETE FROM consent')).rejects.toThrow('append-only');
});

test('what nobody confirms is gone after seven days; what somebody confirmed stays', async () => {
  await joinFromNetwork();
  await app.post('/subscribe', { email: 'ben@example.org' });
  await app.drain();
  app.clock.now = new Date(app.clock.now.getTime() + 6 * 24 * 3_600_000);
  await forgetUnconfirmed(app.ctx);
  expect(await unconfirmed()).toEqual(['ben@example.org']);
  app.clock.now = new Date(app.clock.now.getTime() + 2 * 24 * 3_600_000);
  await forgetUnconfirmed(app.ctx);
  expect(await unconfirmed()).toEqual([]);
  expect(await subscriberId()).not.toBe('');
  expect((await app.ctx.pool.query('SELECT 1 FROM signup_request')).rows).toEqual([]);
});

async function unconfirmed(): Promise<string[]> {
  const { rows } = await app.ctx.pool.query<{ address: string }>(`SELECT address FROM subscriber WHERE state = 'pending'`);
  return rows.map(({ address }) => address);
}
