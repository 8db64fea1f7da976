import { afterEach, describe, expect, test } from '@jest/globals';
import { brakeDigests } from '#src/digests/brake-digests';
import { findDigest } from '#src/digests/find-digest';
import { resumeDigest } from '#src/digests/resume-digest';
import { takeComplaint } from '#src/feedback/take-complaint';
import { feedbackReport, messageIdLine } from '../feedback/reports.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

let stage: OutboxStage;
afterEach(() => stage.close());

const digest = (id: string) => findDigest(stage.ctx.db, id);
const numberOf = (to: string): number => Number(/\d+/.exec(to)?.[0]);

/** Looks as the clock does, until the digest is in that state. */
async function untilState(id: string, state: string): Promise<void> {
  await stage.until(async () => {
    await brakeDigests(stage.ctx);
    return (await digest(id)).state === state;
  });
}

describe('the brakes', () => {
  test('stop a digest of whose first thousand readers more than 2 % do not exist, once', async () => {
    stage = await openOutboxStage('connections=4');
    await addReaders(stage.ctx, 3_000);
    const id = await freezeDigestFor(stage.ctx);
    stage.witness.behave = (step, to) => (step === 'RCPT' && numberOf(to) % 20 === 0 ? '550 5.1.1 no such user' : undefined);
    stage.startSenders(1);
    await untilState(id, 'paused');
    expect((await digest(id)).stateReason).toMatch(/^hard-bounces: \d+\/\d+$/);
    await stage.until(async () => (await stage.totals(id)).sending === 0);
    expect((await stage.totals(id)).waiting).toBeGreaterThan(0);

    await resumeDigest(stage.ctx, id);
    await brakeDigests(stage.ctx);
    expect(await digest(id)).toMatchObject({ state: 'sending', stateReason: null });
    stage.witness.behave = () => undefined;
    await stage.until(async () => {
      await brakeDigests(stage.ctx);
      return (await stage.totals(id)).waiting + (await stage.totals(id)).sending === 0;
    });
    expect((await digest(id)).state).toBe('sending');
  });

  test('stop a digest that receivers refuse because of us, and blame no mailbox', async () => {
    stage = await openOutboxStage('connections=2');
    await addReaders(stage.ctx, 900);
    const id = await freezeDigestFor(stage.ctx);
    stage.witness.behave = (step) => (step === 'dot' ? '550 5.7.26 unauthenticated' : undefined);
    stage.startSenders(1);
    await untilState(id, 'paused');
    expect((await digest(id)).stateReason).toMatch(/^policy-refusals: \d+\/\d+$/);
    await stage.until(async () => (await stage.totals(id)).sending === 0);
    expect((await stage.totals(id)).waiting).toBeGreaterThan(0);
  });

  test('stop a digest that readers call junk: more than three in a thousand, and of however few no less than four', async () => {
    stage = await openOutboxStage('connections=2');
    await addReaders(stage.ctx, 10);
    const id = await freezeDigestFor(stage.ctx);
    await stage.drain();
    for (const reader of ['1', '2', '3']) await complain(id, reader);
    await brakeDigests(stage.ctx);
    expect((await digest(id)).state).toBe('sending');
    await complain(id, '4');
    await brakeDigests(stage.ctx);
    expect(await digest(id)).toMatchObject({ state: 'paused', stateReason: 'complaints: 4/10' });
    await resumeDigest(stage.ctx, id);
    await brakeDigests(stage.ctx);
    expect((await digest(id)).state).toBe('sending');
  });

  test('stop a digest when the relay refuses everybody by itself', async () => {
    stage = await openOutboxStage('connections=2');
    await addReaders(stage.ctx, 900);
    const id = await freezeDigestFor(stage.ctx);
    stage.witness.behave = (step) => (step === 'dot' ? '554 5.3.0 something is wrong here' : undefined);
    stage.startSenders(1);
    await untilState(id, 'paused');
    expect((await digest(id)).stateReason).toMatch(/^relay-refusals: \d+\/\d+$/);
    await stage.until(async () => (await stage.totals(id)).sending === 0);
    expect((await stage.totals(id)).waiting).toBeGreaterThan(0);
  });

  test('stop a digest when the relay answers the dots in no words that can be read, and not when it was only restarted', async () => {
    stage = await openOutboxStage('connections=30', { LOG_LEVEL: 'silent' });
    await addReaders(stage.ctx, 2_000);
    const id = await freezeDigestFor(stage.ctx);
    stage.witness.behave = async (step) => {
      if (step !== 'dot') return undefined;
      await new Promise((resolve) => setTimeout(resolve, 250)); // so that it lasts: two thousand would be over in a moment
      return 'thank you';
    };
    stage.startSenders(1);
    await stage.until(async () => (await stage.totals(id)).unknown >= 20);
    await brakeDigests(stage.ctx);
    expect((await digest(id)).state).toBe('sending'); // so far it might have been one moment
    await untilState(id, 'paused');
    expect((await digest(id)).stateReason).toMatch(/^relay-mute: \d+\/\d+$/);
    await stage.until(async () => (await stage.totals(id)).sending === 0);
    const first = await stage.totals(id);
    expect(first.waiting).toBeGreaterThan(0);

    await resumeDigest(stage.ctx, id);
    await brakeDigests(stage.ctx);
    expect((await digest(id)).state).toBe('sending'); // what was counted before is forgiven, though it was a moment ago
    await untilState(id, 'paused');
    await stage.until(async () => (await stage.totals(id)).sending === 0);
    const second = await stage.totals(id);
    expect(second.unknown).toBeGreaterThanOrEqual(first.unknown + 20);
    expect(second.waiting).toBeGreaterThan(0);
  });

  test('leave a digest alone that fares as most do', async () => {
    stage = await openOutboxStage('connections=4');
    await addReaders(stage.ctx, 300);
    const id = await freezeDigestFor(stage.ctx);
    stage.witness.behave = (step, to) => {
      if (step === 'RCPT' && numberOf(to) % 40 === 0) return '550 5.1.1 no such user';
      return step === 'dot' && numberOf(to) % 80 === 1 ? '554 5.7.1 no' : undefined;
    };
    await stage.drain();
    await brakeDigests(stage.ctx);
    expect((await digest(id)).state).toBe('sending');
    expect((await stage.totals(id)).rejected).toBe(11);
  });
});

async function complain(id: string, reader: string): Promise<void> {
  const raw = feedbackReport({ original: [messageIdLine(stage.ctx, id, reader)] });
  expect(await takeComplaint(stage.ctx, Buffer.from(raw), 'mailbox-example')).toBe('suppressed');
}

async function withCanary(): Promise<string> {
  stage = await openOutboxStage('connections=4');
  await addReaders(stage.ctx, 450);
  const id = await freezeDigestFor(stage.ctx);
  await stage.ctx.db.updateTable('digest').set({ canary: true }).where('id', '=', id).execute();
  return id;
}

describe('a canary', () => {
  test('goes ahead alone, and the others follow when it has arrived', async () => {
    const id = await withCanary();
    await stage.drain();
    expect(await stage.totals(id)).toMatchObject({ accepted: 200, waiting: 250 });
    await brakeDigests(stage.ctx);
    await stage.drain();
    expect(await stage.totals(id)).toMatchObject({ accepted: 450, waiting: 0 });
  });

  test('that does not arrive stops the digest, and an editor may send it on', async () => {
    const id = await withCanary();
    stage.witness.behave = (step, to) => (step === 'RCPT' && numberOf(to) % 5 === 0 ? '450 4.2.1 come back' : undefined);
    await stage.drain();
    await brakeDigests(stage.ctx);
    expect(await digest(id)).toMatchObject({ state: 'paused', stateReason: 'canary: 160/200' });
    stage.witness.behave = () => undefined;
    await resumeDigest(stage.ctx, id);
    await stage.drain();
    expect(await stage.totals(id)).toMatchObject({ accepted: 410, deferred: 40, waiting: 0 });
  });
});
