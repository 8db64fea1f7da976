import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { projectFile } from '#src/project';
import { forgetUnconfirmed } from '#src/subscribers/forget-unconfirmed';
import { retentionDays } from '#src/subscribers/retention';
import { type ReaderApp, startReaderApp } from '../pages/reader-app.js';

let app: ReaderApp;

beforeAll(async () => {
  app = await startReaderApp({ settings: { TRUST_PROXY: '127.0.0.1' } });
});
afterAll(() => app.close());

test('docs/retention.md says what the job does', () => {
  const text = readFileSync(projectFile('docs/retention.md'), 'utf8');
  const rows = [...text.matchAll(/^\| ([\w -]+?) \| (\d+) \|/gm)].map(([, what, days]) => [what, Number(days)]);
  expect(Object.fromEntries(rows)).toEqual(retentionDays);
});

/** How many of each kind there are. */
const kept: Record<keyof typeof retentionDays, string> = {
  'unconfirmed sign-ups': `SELECT 1 FROM subscription WHERE state = 'pending'`,
  'sign-up requests': 'SELECT 1 FROM signup_request',
  'dropped messages': `SELECT 1 FROM message WHERE state = 'skipped' AND subscriber_id IS NULL`,
  'confirmation counts': 'SELECT 1 FROM confirmation_sent',
  'network addresses': 'SELECT 1 FROM consent_payload WHERE ip IS NOT NULL',
  'sources of sign-ups': 'SELECT 1 FROM sign_up_source',
};

test('everything is there the night before its time, and gone the night after', async () => {
  const start = app.clock.now;
  const headers = { 'x-forwarded-for': '198.51.100.7' };
  await app.post('/subscribe', { email: 'anna@example.org', src: 'footer' }, headers);
  await app.drain();
  await app.post(await app.mailedPath('anna@example.org', '/confirm/'), {}, headers);
  await app.post('/subscribe', { email: 'ben@example.org' }, headers);
  await app.drain();
  await app.post('/subscribe', { email: 'ben@example.org' }, headers);
  await app.drain();
  const times = [...new Set<number>(Object.values(retentionDays))].toSorted((one, other) => one - other);
  for (const days of times) {
    for (const [offset, isThere] of [
      [-1, true],
      [1.1, false],
    ] as const) {
      app.clock.now = new Date(start.getTime() + (days + offset) * 24 * 3_600_000);
      await forgetUnconfirmed(app.ctx);
      for (const [what, statement] of Object.entries(kept)) {
        if (retentionDays[what as keyof typeof kept] !== days) continue;
        expect([what, offset, (await app.ctx.pool.query(statement)).rows.length > 0]).toEqual([what, offset, isThere]);
      }
    }
  }
  const { rows } = await app.ctx.pool.query('SELECT address FROM subscriber');
  expect(rows).toEqual([{ address: 'anna@example.org' }]);
});
