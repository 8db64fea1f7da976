import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { listDeliveries } from '#src/outbox/list-deliveries';
import { openSender } from '#src/outbox/sender';
import { type Answer, startApp, type TestApp } from '../support/app.js';
import { openDesk } from '../studio/desk.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { feedbackReport, messageIdLine, unsubscribeLines } from './reports.js';

let app: TestApp;
let id: string;
let n = 0;
beforeAll(async () => {
  app = await startApp({ settings: { BRIEFING_TRUSTED_FEEDS: 'another-feed trusted-feed' } });
});
afterAll(() => app.close());

/** Three fresh readers and a digest that was frozen for everybody. */
let readers: { id: string; address: string; subscription: string }[];
beforeEach(async () => {
  const domain = `m${(n += 1)}.example.org`;
  await addReaders(app.ctx, 3, domain);
  id = await freezeDigestFor(app.ctx, { state: 'paused' });
  const rows = await app.ctx.db
    .selectFrom('subscriber')
    .innerJoin('subscription', 'subscription.subscriber_id', 'subscriber.id')
    .select(['subscriber.id', 'address', 'subscription.id as subscription'])
    .where('address', 'like', `%@${domain}`)
    .orderBy('subscriber.id')
    .execute();
  readers = rows.map((row) => ({ ...row, address: String(row.address) }));
});

async function report(body: string | Buffer, { key = app.key, type = 'message/rfc822', relay = 'mailbox-example' } = {}): Promise<Answer> {
  const response = await app.fetch(`/hooks/${relay}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': type },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const reader = (index: number) => readers[index] ?? { id: '', address: '', subscription: '' };
const stateOf = async (index: number) =>
  (await app.ctx.db.selectFrom('subscriber').select('state').where('id', '=', reader(index).id).executeTakeFirst())?.state;
const complaints = async () =>
  app.ctx.db.selectFrom('complaint').select(['digest_id', 'subscriber_id', 'kind', 'relay']).where('digest_id', '=', id).execute();
const about = (index: number): string => messageIdLine(app.ctx, id, reader(index).id);

describe('a feedback report', () => {
  test('suppresses who complained, names the digest, and is recorded', async () => {
    const { status, body } = await report(feedbackReport({ original: [about(0)] }));
    expect([status, body]).toEqual([200, { result: 'suppressed' }]);
    expect([await stateOf(0), await stateOf(1)]).toEqual(['suppressed', 'active']);
    expect(await complaints()).toEqual([{ digest_id: id, subscriber_id: reader(0).id, kind: 'abuse', relay: 'mailbox-example' }]);
    const kept = await app.api('GET', `/v1/suppressions?email=${reader(0).address}`);
    expect(kept.body.items).toMatchObject([{ reason: 'complaint', detail: 'mailbox-example' }]);
    expect((await app.api('GET', '/v1/audit')).body.items[0]).toMatchObject({ action: 'complaint.take', subject: 'relay:mailbox-example' });
  });

  test('with headers only, or with the link to leave instead of a Message-ID, is understood too', async () => {
    const headersOnly = feedbackReport({ original: [about(0)], part: 'text/rfc822-headers' });
    const byLink = feedbackReport({ original: unsubscribeLines(app.ctx, reader(1).subscription, id) });
    expect((await report(headersOnly)).body).toEqual({ result: 'suppressed' });
    expect((await report(byLink)).body).toEqual({ result: 'suppressed' });
    expect([await stateOf(0), await stateOf(1), await stateOf(2)]).toEqual(['suppressed', 'suppressed', 'active']);
    expect(await complaints()).toHaveLength(2);
  });

  test('is understood whatever its link ends in, and a longer word is no link', async () => {
    const endsInDash = (digestId: bigint): boolean =>
      unsubscribeLines(app.ctx, reader(0).subscription, String(digestId))[0]?.endsWith('->,') ?? false;
    let digestId = BigInt(id);
    while (!endsInDash(digestId)) digestId += 1n; // one in 64 does
    const original = unsubscribeLines(app.ctx, reader(0).subscription, String(digestId));
    const longer = original.map((line) => line.replace('->', '-A>'));
    expect((await report(feedbackReport({ original: longer }))).body).toEqual({ result: 'nobody-of-ours' });
    expect((await report(feedbackReport({ original }))).body).toEqual({ result: 'suppressed' });
    expect(await stateOf(0)).toBe('suppressed');
  });

  test('that names nothing of ours suppresses nobody, whoever is meant', async () => {
    for (const recipient of [reader(2).address, 'stranger@elsewhere.example'])
      expect((await report(feedbackReport({ recipient }))).body).toEqual({ result: 'unproven' });
    expect((await report(feedbackReport({}))).body).toEqual({ result: 'nobody-of-ours' });
    expect([await stateOf(2), await complaints()]).toEqual(['active', []]);
  });

  test('that names nothing of ours is believed for a subscriber’s address on a trusted feed, and counts against no digest', async () => {
    const recipient = reader(2).address.toUpperCase();
    expect((await report(feedbackReport({ recipient }), { relay: 'trusted-feed' })).body).toEqual({ result: 'suppressed' });
    expect([await stateOf(2), await complaints()]).toEqual(['suppressed', []]);
    const stranger = feedbackReport({ recipient: 'stranger@elsewhere.example' });
    expect((await report(stranger, { relay: 'trusted-feed' })).body).toEqual({ result: 'nobody-of-ours' });
  });

  test('of a one-off message suppresses its reader', async () => {
    const { id: message } = await app.ctx.db
      .insertInto('message')
      .values({ kind: 'welcome', subscriber_id: reader(0).id, state: 'accepted' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const body = feedbackReport({ original: [messageIdLine(app.ctx, '0', message)] });
    expect((await report(body)).body).toEqual({ result: 'suppressed' });
    expect([await stateOf(0), await complaints()]).toEqual(['suppressed', []]);
    expect((await report(body)).body).toEqual({ result: 'again' });
  });

  test('of another one-off message is believed after the suppression was lifted', async () => {
    const messages = await app.ctx.db
      .insertInto('message')
      .values((['welcome', 'latest'] as const).map((kind) => ({ kind, subscriber_id: reader(0).id, state: 'accepted' as const })))
      .returning('id')
      .execute();
    const [first = '', second = ''] = messages.map((message) => feedbackReport({ original: [messageIdLine(app.ctx, '0', message.id)] }));
    expect((await report(first)).body).toEqual({ result: 'suppressed' });
    const { body } = await app.api('GET', `/v1/suppressions?email=${reader(0).address}`);
    expect((await app.api('DELETE', `/v1/suppressions/${body.items[0].id}`)).status).toBe(204);
    expect(await stateOf(0)).toBe('active');
    expect((await report(second)).body).toEqual({ result: 'suppressed' });
    expect(await stateOf(0)).toBe('suppressed');
  });

  test('twice, or a hundred at once, counts once; a suppression that was lifted is not undone by the same report', async () => {
    const body = feedbackReport({ original: [about(0)] });
    const results = await Promise.all(Array.from({ length: 20 }, async () => (await report(body)).body.result as string));
    expect(results.toSorted()).toEqual([...Array.from({ length: 19 }, () => 'again'), 'suppressed']);
    expect(await complaints()).toHaveLength(1);
    await app.ctx.db.updateTable('subscriber').set({ state: 'active' }).where('id', '=', reader(0).id).execute();
    expect((await report(body)).body).toEqual({ result: 'again' });
    expect(await stateOf(0)).toBe('active');
  });

  test.each(['not-spam', 'auth-failure', 'virus', 'fraud', 'other'])('of the type %s suppresses nobody', async (type) => {
    expect((await report(feedbackReport({ type, original: [about(0)] }))).body).toEqual({ result: 'ignored' });
    expect([await stateOf(0), await complaints()]).toEqual(['active', []]);
  });

  test('that asks to be left out suppresses and is no complaint of the digest’s brake', async () => {
    expect((await report(feedbackReport({ type: 'Opt-Out', original: [about(0)] }))).body).toEqual({ result: 'suppressed' });
    expect(await complaints()).toMatchObject([{ kind: 'opt-out' }]);
  });
});

test('a Message-ID that a relay put in the place of ours takes nothing from the link', async () => {
  const rewritten = 'Message-ID: <0102019@mail.relay.example>';
  const original = [rewritten, ...unsubscribeLines(app.ctx, reader(0).subscription, id)];
  expect((await report(feedbackReport({ original }))).body).toEqual({ result: 'suppressed' });
  expect(await complaints()).toHaveLength(1);
});

describe('what is no report, or not for us to believe', () => {
  test('a Message-ID of our domain or a link that we did not write concerns nobody, whatever address stands beside it', async () => {
    const forged = about(0).replace(/<./, (start) => (start === '<a' ? '<b' : '<a'));
    const [link = ''] = unsubscribeLines(app.ctx, reader(0).subscription, id);
    const flipped = link.replace(/\/u\/(.{10})./, (all, start: string) => `/u/${start}${all.endsWith('A') ? 'B' : 'A'}`);
    for (const original of [[forged], [flipped], [forged.toUpperCase()]])
      for (const relay of ['mailbox-example', 'trusted-feed'])
        expect((await report(feedbackReport({ original, recipient: reader(0).address }), { relay })).body).toEqual({
          result: 'nobody-of-ours',
        });
    expect(await stateOf(0)).toBe('active');
  });

  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['noise', Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 131) % 256))],
    ['an ordinary mail', 'From: a@b.example\r\nSubject: hello\r\n\r\nFeedback-Type: abuse\r\n'],
    ['a report without a type', feedbackReport({}).replace('Feedback-Type: abuse', 'Feedback-Kind: abuse')],
    ['a mail nested five hundred times', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(500)],
  ])('%s is 422', async (_what, body) => {
    const { status, body: problem } = await report(body);
    expect([status, problem.code]).toEqual([422, 'invalid']);
  });

  test('without a key, with one of few rights, of another type, too large, or of a relay with a strange name: refused', async () => {
    const body = feedbackReport({ original: [about(0)] });
    expect((await report(body, { key: 'ib_live_nobody' })).status).toBe(401);
    expect((await report(body, { key: await app.keyWith('subscribers:read') })).status).toBe(403);
    expect((await report(body, { type: 'application/json' })).status).toBe(415);
    expect((await report(Buffer.alloc(1_100_000, 'a'))).status).toBe(413);
    expect((await report(body, { relay: 'a%20b' })).status).toBe(422);
    expect(await stateOf(0)).toBe('active');
  });
});

test('the editor sees how many called a digest junk', async () => {
  const desk = await openDesk(app);
  expect((await desk.get(`/studio/digests/${id}`)).html).not.toContain('junk');
  await report(feedbackReport({ original: [about(0)] }));
  await report(feedbackReport({ type: 'opt-out', original: [about(1)] }));
  expect((await desk.get(`/studio/digests/${id}`)).html).toContain('1 reader called it junk');
});

test('a digest on its way leaves out who complained', async () => {
  await report(feedbackReport({ original: [about(0)] }));
  await app.ctx.db.updateTable('digest').set({ state: 'sending' }).where('id', '=', id).execute();
  const sender = openSender(app.ctx.config, app.ctx.log, app.ctx.now);
  await sender.drain();
  await sender.stop(5_000);
  const rows = await listDeliveries(app.ctx.db, id, { limit: 100 });
  expect(rows.find(({ subscriberId }) => subscriberId === reader(0).id)).toMatchObject({ state: 'skipped', reason: 'suppressed' });
  expect(rows.find(({ subscriberId }) => subscriberId === reader(1).id)).toMatchObject({ state: 'accepted' });
});
