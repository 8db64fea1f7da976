import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { type TestApp, startApp } from '../support/app.js';
import { addReaders } from '../support/frozen-digest.js';
import { linksIn } from '../support/inbox.js';
import { startWorkers } from '../support/workers.js';

/** The same journey on both of BullMQ's backends, by its real consumers, and then with everything that the queue knew taken away. */
describe.each(['postgres', 'redis'] as const)('with the queue on %s', (backend) => {
  let app: TestApp;
  let workers: { stop(): Promise<void> };

  beforeEach(async () => {
    app = await startApp({ backend, settings: { BRIEFING_LEASE_SECONDS: '3' } });
    workers = await startWorkers(app.ctx);
  });

  afterEach(async () => {
    await workers.stop();
    await app.close();
  });

  test('a visitor signs up, confirms, and gets the digest that an editor sends', async () => {
    const json = { 'content-type': 'application/json' };
    const asked = await app.fetch('/subscribe', { method: 'POST', headers: json, body: JSON.stringify({ email: 'noa@example.org' }) });
    expect([asked.status, await asked.json()]).toEqual([202, { status: 'check-your-inbox' }]);
    const [confirmation] = await app.inbox.waitFor('noa@example.org');
    const [link] = confirmation ? linksIn(confirmation, `${app.url}/confirm/`) : [];
    const confirmed = await fetch(link ?? '', { method: 'POST', redirect: 'manual' });
    expect(confirmed.status).toBe(303);
    expect(await app.inbox.waitFor('noa@example.org', 2)).toHaveLength(2);

    const digestId = await sendDigest(app);
    const mails = await app.inbox.waitFor('noa@example.org', 3);
    expect(mails.at(-1)?.subject).toBe('Rain, at last, in the Arava');
    await untilFinished(app, digestId, { accepted: 1 });
  });

  test('an emptied queue in mid-send costs a moment and no reader', async () => {
    await addReaders(app.ctx, 500);
    const digestId = await sendDigest(app);
    await app.inbox.waitFor('r1@example.org');
    await emptyQueue(app, backend);
    await untilFinished(app, digestId, { accepted: 500 });
    const mails = await app.inbox.messages();
    expect(mails).toHaveLength(500);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(500);
  });
});

async function sendDigest(app: TestApp): Promise<string> {
  const article = {
    headline: 'Rain, at last, in the Arava',
    description: 'Forty millimetres fell in one night. The farmers of the valley had waited for it since the spring.',
    url: 'https://news.example.org/arava',
    datePublished: '2026-11-22T05:00:00Z',
    inLanguage: 'en',
    articleBody: ['Forty millimetres fell in one night.', 'The farmers of the valley had waited for it since the spring.'],
  };
  expect((await app.api('PUT', '/v1/articles/arava', article)).status).toBe(201);
  const digest = await app.api('POST', '/v1/digests', {
    newsletter: 'israel-briefing',
    subject: 'Rain, at last, in the Arava',
    preheader: 'What forty millimetres in one night mean for the valley and for its farmers',
    articles: ['arava'],
  });
  expect(digest.status).toBe(201);
  const sent = await app.api('PUT', `/v1/digests/${digest.body.id}/send`, { holdSeconds: 0 });
  expect(sent.status).toBe(202);
  return digest.body.id as string;
}

async function untilFinished(app: TestApp, digestId: string, expected: Record<string, number>): Promise<void> {
  const deadline = Date.now() + 50_000;
  for (;;) {
    const { body } = await app.api('GET', `/v1/digests/${digestId}/progress`);
    const { frozen, waiting, sending, deferred, accepted, rejected, unknown, skipped } = body;
    expect(waiting + sending + deferred + accepted + rejected + unknown + skipped).toBe(frozen);
    if (body.state === 'finished') return expect(body).toMatchObject(expected);
    if (Date.now() > deadline) throw new Error(`not finished: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function emptyQueue({ ctx }: TestApp, backend: 'postgres' | 'redis'): Promise<void> {
  if (backend === 'redis') {
    const redis = new Redis(ctx.config.redisUrl ?? '');
    await redis.flushdb();
    return redis.disconnect();
  }
  const { rows } = await sql<{ name: string }>`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'bullmq' AND tablename NOT LIKE '%migration%'`.execute(
    ctx.db,
  );
  await sql`TRUNCATE ${sql.raw(rows.map(({ name }) => name).join(', '))}`.execute(ctx.db);
}
