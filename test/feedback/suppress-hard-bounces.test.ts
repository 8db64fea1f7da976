import { afterEach, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { publishDue } from '#src/digests/publish-due';
import { resumeDigest } from '#src/digests/resume-digest';
import { suppressHardBounces } from '#src/feedback/suppress-hard-bounces';
import { listDeliveries } from '#src/outbox/list-deliveries';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

let stage: OutboxStage;
afterEach(() => stage.close());

const answers: Record<string, string> = {
  'r1@example.org': '550 5.1.1 no such user',
  'r2@example.org': '550-5.2.1 this account\r\n550 5.2.1 is disabled',
  'r3@example.org': '552 5.2.2 mailbox full',
  'r4@example.org': '550 5.7.1 we do not like you',
  'r5@example.org': '550 no',
  'r6@example.org': '556 5.1.10 null MX',
};

const suppressed = async (): Promise<(string | null)[]> =>
  (await stage.ctx.db.selectFrom('subscriber').select('address').where('state', '=', 'suppressed').orderBy('id').execute()).map(
    ({ address }) => address,
  );

test('an address that is not there is suppressed; a full one, a policy and a bare 550 are not', async () => {
  stage = await openOutboxStage('connections=2');
  await addReaders(stage.ctx, 8);
  await freezeDigestFor(stage.ctx);
  stage.witness.behave = (step, to) => (step === 'RCPT' ? answers[to] : undefined);
  await stage.drain();
  expect(await suppressHardBounces(stage.ctx)).toBe(5);
  expect(await suppressed()).toEqual(['r1@example.org', 'r2@example.org', 'r6@example.org']);
  expect(await suppressHardBounces(stage.ctx)).toBe(0);
  const rows = await stage.ctx.db.selectFrom('suppression').select(['reason', 'detail']).orderBy('id').execute();
  expect(rows.map(({ reason, detail }) => `${reason} ${detail}`).toSorted()).toEqual(['bounce 5.1.1', 'bounce 5.1.10', 'bounce 5.2.1']);
});

test('a digest that was frozen before leaves them out, and lifting a suppression is not undone by what was read', async () => {
  stage = await openOutboxStage('connections=2');
  await addReaders(stage.ctx, 3);
  await freezeDigestFor(stage.ctx);
  const frozenBefore = await freezeDigestFor(stage.ctx, { state: 'paused' });
  stage.witness.behave = (step, to) => (step === 'RCPT' ? answers[to === 'r1@example.org' ? to : ''] : undefined);
  await stage.drain();
  await Promise.all([suppressHardBounces(stage.ctx), suppressHardBounces(stage.ctx)]); // two clocks
  await sql`UPDATE digest SET state = 'sending' WHERE id = ${frozenBefore}`.execute(stage.ctx.db);
  await stage.drain();
  const states = (await listDeliveries(stage.ctx.db, frozenBefore, { limit: 5 })).map(({ state, reason }) => reason ?? state);
  expect(states).toEqual(['suppressed', 'accepted', 'accepted']);

  await sql`UPDATE subscriber SET state = 'active' WHERE state = 'suppressed'`.execute(stage.ctx.db);
  expect(await suppressHardBounces(stage.ctx)).toBe(0);
  expect(await suppressed()).toEqual([]);
});

test('a relay that knows nobody suppresses nobody, until an editor who looked lets the digest go on', async () => {
  stage = await openOutboxStage('connections=2', { LOG_LEVEL: 'silent' });
  await addReaders(stage.ctx, 60);
  const id = await freezeDigestFor(stage.ctx);
  stage.witness.behave = (step) => (step === 'RCPT' ? '550 5.1.1 no such user here' : undefined);
  await stage.drain();
  expect(await suppressHardBounces(stage.ctx)).toBe(0);
  expect(await suppressed()).toEqual([]);

  await sql`UPDATE digest SET state = 'paused' WHERE id = ${id}`.execute(stage.ctx.db);
  await resumeDigest(stage.ctx, id);
  expect(await suppressHardBounces(stage.ctx)).toBe(60);
  expect(await suppressed()).toHaveLength(60);
});

test('a bad list is still cleaned: nine in a hundred are believed, while another digest is not', async () => {
  stage = await openOutboxStage('connections=2', { LOG_LEVEL: 'silent' });
  await addReaders(stage.ctx, 100);
  await freezeDigestFor(stage.ctx);
  stage.witness.behave = (step, to) => (step === 'RCPT' && /^r\d?[1]@/.test(to) ? '550 5.1.1 no such user' : undefined);
  await stage.drain();
  await addReaders(stage.ctx, 20, 'example.net');
  await freezeDigestFor(stage.ctx);
  stage.witness.behave = (step) => (step === 'RCPT' ? '550 5.1.1 no such user here' : undefined);
  await stage.drain();
  expect(await suppressHardBounces(stage.ctx)).toBe(10);
  expect((await suppressed()).every((address) => /^r\d?1@example\.org$/.test(address ?? ''))).toBe(true);
});

test('of a small digest that is over, those are believed whose address is unknown to a relay that took others; the rest is logged', async () => {
  stage = await openOutboxStage('connections=2', { LOG_LEVEL: 'silent' });
  await addReaders(stage.ctx, 50);
  const id = await freezeDigestFor(stage.ctx);
  const codes = new Map(
    Array.from({ length: 12 }, (_, at) => [`r${at + 1}@example.org`, at < 10 ? '550 5.1.1 no such user' : '550 5.2.1 off']),
  );
  stage.witness.behave = (step, to) => (step === 'RCPT' ? codes.get(to) : undefined);
  await stage.drain();
  expect(await suppressHardBounces(stage.ctx)).toBe(0);

  const warn = jest.spyOn(stage.ctx.log, 'warn');
  await publishDue(stage.ctx);
  expect(await suppressHardBounces(stage.ctx)).toBe(12);
  expect(await suppressed()).toEqual([...codes.keys()].slice(0, 10));
  expect(await suppressHardBounces(stage.ctx)).toBe(0);
  expect(warn.mock.calls.map(([what]) => what)).toEqual([{ digestId: id, bounces: 2 }]);
});

test('a relay that knew nobody to the end suppresses nobody, and that is said once', async () => {
  stage = await openOutboxStage('connections=2', { LOG_LEVEL: 'silent' });
  await addReaders(stage.ctx, 12);
  const id = await freezeDigestFor(stage.ctx);
  stage.witness.behave = (step) => (step === 'RCPT' ? '550 5.1.1 no such user here' : undefined);
  await stage.drain();
  const warn = jest.spyOn(stage.ctx.log, 'warn');
  await publishDue(stage.ctx);
  await Promise.all([suppressHardBounces(stage.ctx), suppressHardBounces(stage.ctx)]); // two clocks
  expect(await suppressed()).toEqual([]);
  const logged = warn.mock.calls.map(([what]) => what as { digestId: string; bounces: number });
  expect(new Set(logged.map(({ digestId }) => digestId))).toEqual(new Set([id]));
  expect(logged.reduce((sum, { bounces }) => sum + bounces, 0)).toBe(12);
  expect(await suppressHardBounces(stage.ctx)).toBe(0);
});
