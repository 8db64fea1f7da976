import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { freezeDigest } from '#src/digests/freeze-digest';
import { openSender } from '#src/outbox/sender';
import { startApp, type TestApp } from '../support/app.js';
import { openWitness, type Witness } from '../support/witness.js';
import { openNewsroom } from './newsroom.js';

let app: TestApp;
let witness: Witness;
let newsroom: ReturnType<typeof openNewsroom>;

beforeAll(async () => {
  witness = await openWitness();
  app = await startApp({ settings: { SMTP_URL: `${witness.url}?connections=1` } });
  newsroom = openNewsroom(app.ctx);
});
afterAll(async () => {
  await app.close();
  await witness.close();
});

async function drain(): Promise<void> {
  const sender = openSender(app.ctx.config, app.ctx.log, app.ctx.now);
  await sender.drain();
  await sender.stop(5_000);
}

/** Whoever had which version, by the ledger. */
async function versions(digestId: string): Promise<Record<string, number>> {
  const { rows } = await sql<{ address: string; version: number }>`
    SELECT address, content_version AS version FROM outcome JOIN subscriber ON subscriber.id = subscriber_id
    WHERE digest_id = ${digestId} AND outcome.state = 'accepted' ORDER BY subscriber_id`.execute(app.ctx.db);
  return Object.fromEntries(rows.map(({ address, version }) => [address, version]));
}

test('a digest is paused, corrected and goes on; those who had the faulty one get a correction of their own', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await newsroom.reader({ address: `${name}@example.net`, language: name === 'd' ? 'he' : 'en' });
  const article = await newsroom.article();
  const { body } = await app.api('POST', '/v1/digests', {
    newsletter: 'israel-briefing',
    articles: [article],
    subject: 'Budget of 7 billion',
  });
  const path = `/v1/digests/${body.id}`;
  expect((await app.api('POST', `${path}/corrections`, { subject: 'x' })).body).toMatchObject({ code: 'wrong-state', state: 'draft' });
  await app.api('PUT', `${path}/send`, { holdSeconds: 0 });
  await freezeDigest(app.ctx, body.id);
  expect((await app.api('POST', `${path}/corrections`, { subject: 'x' })).body.detail).toContain('Pause it first.');

  let handed = 0;
  witness.behave = (step) => (step === 'RCPT' && ++handed > 2 ? '451 4.3.0 later' : undefined);
  await drain();
  const faulty = await versions(body.id);
  expect(Object.keys(faulty)).toHaveLength(2);
  await app.api('PUT', `${path}/pause`);
  await sql`UPDATE outcome SET retry_at = now() WHERE state = 'deferred'`.execute(app.ctx.db);
  await sql`UPDATE slice SET not_before = now()`.execute(app.ctx.db);
  witness.behave = () => undefined;

  const blocked = await app.api('POST', `${path}/corrections`, { items: [] });
  expect([blocked.status, blocked.body.code]).toEqual([409, 'checks-blocked']);
  const stale = await app.api('POST', `${path}/corrections`, { subject: 'x' }, { 'if-match': '"1"' });
  expect(stale.status).toBe(412);
  const corrected = await app.api('POST', `${path}/corrections`, {
    subject: 'Budget of 700 billion',
    items: [{ articleId: article, headline: 'Cabinet agrees on a budget of 700 billion' }],
  });
  expect([corrected.status, corrected.body.state, corrected.body.subject]).toEqual([200, 'sending', 'Budget of 700 billion']);
  await drain();
  const everybody = { 'a@example.net': 2, 'b@example.net': 2, 'c@example.net': 2, 'd@example.net': 2 };
  expect(await versions(body.id)).toEqual({ ...everybody, ...faulty });
  expect(witness.seen()).toHaveLength(4);
  expect((await app.fetch(new URL(corrected.body.url).pathname)).status).toBe(200);
  const contents = await app.ctx.db
    .selectFrom('content')
    .select(['version', 'language'])
    .where('digest_id', '=', body.id)
    .orderBy('version')
    .orderBy('variant')
    .execute();
  expect(contents.map(({ version, language }) => `${version} ${language}`)).toEqual(['1 en', '1 he', '2 en', '2 he']);

  const letter = await app.api('POST', '/v1/digests', {
    newsletter: 'israel-briefing',
    articles: [article],
    subject: 'Correction: a budget of 700 billion',
    corrects: { digestId: body.id },
  });
  expect(letter.status).toBe(201);
  const sent = await app.api('PUT', `/v1/digests/${letter.body.id}/send`, { expectedRecipients: 2, holdSeconds: 0 });
  expect(sent.status).toBe(202);
  await freezeDigest(app.ctx, letter.body.id);
  await drain();
  expect(await versions(letter.body.id)).toEqual(faulty);

  const wrong = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', corrects: { digestId: body.id, version: 3 } });
  expect([wrong.status, wrong.body.errors]).toEqual([422, [{ pointer: '/corrects', detail: 'names a version that nobody had' }]]);
});
