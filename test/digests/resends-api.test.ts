import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test('POST /v1/digests/:id/resends queues what is unknown, says what is not, and is recorded', async () => {
  await addReaders(app.ctx, 2);
  const id = await freezeDigestFor(app.ctx);
  const outcome = { digest_id: id, pass: 1, content_version: 1, slice: 1, at: new Date() } as const;
  await app.ctx.db
    .insertInto('outcome')
    .values([
      { ...outcome, subscriber_id: '1', state: 'unknown' },
      { ...outcome, subscriber_id: '2', state: 'accepted' },
    ])
    .execute();
  const { body: unknown } = await app.api('GET', `/v1/digests/${id}/deliveries?state=unknown`);
  expect(unknown.items).toMatchObject([{ subscriberId: '1', email: 'r1@example.org' }]);

  const key = { 'idempotency-key': 'resend-1' };
  const sent = await app.api('POST', `/v1/digests/${id}/resends`, { subscriberIds: ['1', '2', 'nonsense'] }, key);
  expect([sent.status, sent.body.items.map(({ result }: { result: string }) => result)]).toEqual([
    202,
    ['queued', 'not-unknown', 'not-unknown'],
  ]);
  expect((await app.api('POST', `/v1/digests/${id}/resends`, { subscriberIds: ['1', '2', 'nonsense'] }, key)).body).toEqual(sent.body);
  const again = await app.api('POST', `/v1/digests/${id}/resends`, { subscriberIds: ['1'] });
  expect(again.body.items).toEqual([{ subscriberId: '1', result: 'again' }]);
  const messages = await app.ctx.db.selectFrom('message').select('kind').where('digest_id', '=', id).execute();
  expect(messages).toEqual([{ kind: 'resend' }]);
  const { body: audit } = await app.api('GET', '/v1/audit');
  expect(audit.items.filter(({ action }: { action: string }) => action === 'digest.resend')).toHaveLength(1);
  expect((await app.api('POST', '/v1/digests/9/resends', { subscriberIds: ['1'] })).status).toBe(404);
});
