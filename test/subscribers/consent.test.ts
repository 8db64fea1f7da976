import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { erase } from '#src/subscribers/erase';
import { forgetUnconfirmed } from '#src/subscribers/forget-unconfirmed';
import { verifyConsents } from '#src/subscribers/verify-consents';
import { type ReaderApp, startReaderApp } from '../pages/reader-app.js';

let app: ReaderApp;

beforeEach(async () => {
  app = await startReaderApp({ settings: { TRUST_PROXY: '127.0.0.1' } });
});
afterEach(() => app.close());

const subscriberId = async () => (await app.ctx.pool.query<{ id: string }>('SELECT id FROM subscriber')).rows[0]?.id ?? '';
const kinds = async () => (await app.ctx.pool.query<{ kind: string }>('SELECT kind FROM consent ORDER BY id')).rows.map(({ kind }) => kind);

async function joinFromNetwork(): Promise<void> {
  const headers = { 'x-forwarded-for': '2001:DB8:0:0:1::7' };
  await app.post('/subscribe', { email: 'anna@example.org', src: 'footer' }, headers);
  await app.drain();
  await app.post(await app.mailedPath('anna@example.org', '/confirm/'), {}, headers);
}

test('the record says what was shown, where, when and how it was confirmed; the address is cut after confirmation', async () => {
  await joinFromNetwork();
  const { rows } = await app.ctx.pool.query('SELECT payload, ip::text FROM consent_payload ORDER BY consent_id');
  expect(rows).toMatchObject([
    { payload: { wording: '2026-11-1', page: '/subscribe', source: 'footer', cadences: ['daily'] }, ip: '2001:db8::/56' },
    { payload: { page: '/confirm' }, ip: '2001:db8::1:0:0:7/128' },
  ]);
  expect(await verifyConsents(app.ctx.db, await subscriberId())).toEqual({ whole: true, records: 2 });
});

test('the chain verifies through leaving, returning and erasure, and only a hash remains', async () => {
  await joinFromNetwork();
  await app.drain();
  const leave = await app.mailedPath('anna@example.org', '/u/');
  await app.post(leave, {});
  await app.post(`${leave}/undo`, {});
  const id = await subscriberId();
  expect(await erase(app.ctx, id)).toBe('erased');
  expect(await erase(app.ctx, id)).toBe('unknown');
  expect(await kinds()).toEqual(['asked', 'confirmed', 'left', 'returned', 'erased']);
  expect(await verifyConsents(app.ctx.db, id)).toEqual({ whole: true, records: 5 });
  const stored = await app.ctx.pool.query(
    `SELECT string_agg(t::text, ' ') AS all FROM (SELECT s::text FROM subscriber s UNION ALL SELECT s::text FROM subscription s UNION ALL SELECT s::text FROM signup_request s
     UNION ALL SELECT s::text FROM consent_payload s UNION ALL SELECT s::text FROM suppression s UNION ALL SELECT s::text FROM message s) AS t`,
  );
  expect(JSON.stringify(stored.rows)).not.toContain('anna');
});

test.each([
  [
    'an edited payload',
    `UPDATE consent_payload SET payload = payload || '{"source":"elsewhere"}' WHERE consent_id = (SELECT min(consent_id) FROM consent_payload)`,
  ],
  [
    'an edited payload without its salt',
    `UPDATE consent_payload SET salt = NULL, payload = '{"source":"elsewhere"}' WHERE consent_id = (SELECT min(consent_id) FROM consent_payload)`,
  ],
  ['another address', `UPDATE consent_payload SET ip = '192.0.2.1' WHERE consent_id = (SELECT max(consent_id) FROM consent_payload)`],
])('%s breaks it', async (_, statement) => {
  await joinFromNetwork();
  await app.ctx.pool.query(statement);
  expect(await verifyConsents(app.ctx.db, await subscriberId())).toMatchObject({ whole: false });
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
  expect((await app.ctx.pool.query('SELECT address FROM subscriber ORDER BY id')).rows).toHaveLength(2);
  app.clock.now = new Date(app.clock.now.getTime() + 2 * 24 * 3_600_000);
  await forgetUnconfirmed(app.ctx);
  expect((await app.ctx.pool.query('SELECT address FROM subscriber')).rows).toEqual([{ address: 'anna@example.org' }]);
  expect((await app.ctx.pool.query('SELECT 1 FROM signup_request')).rows).toEqual([]);
});
