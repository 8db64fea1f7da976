import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openGate, openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';
import { openWitness } from '../support/witness.js';

let stage: OutboxStage;
afterEach(() => stage.close());

describe('breaking news', () => {
  test('overtakes a digest that is under way: nobody of it waits behind a slice', async () => {
    stage = await openOutboxStage('connections=4');
    await addReaders(stage.ctx, 2_000, 'daily.example');
    const digestId = await freezeDigestFor(stage.ctx);
    await addReaders(stage.ctx, 60, 'urgent.example');
    await sql`UPDATE subscription SET cadences = '{breaking}' FROM subscriber
      WHERE subscriber.id = subscriber_id AND address LIKE '%@urgent.example'`.execute(stage.ctx.db);
    stage.witness.behave = async (step) => {
      if (step === 'dot') await wait(40); // 100 a second: a slice of the digest takes two seconds
      return undefined;
    };
    const [sender] = stage.startSenders(1);
    await stage.until(() => stage.witness.seen().length > 100);
    const sentAt = Date.now();
    const breaking = await freezeDigestFor(stage.ctx, { lane: 1 });
    sender?.wake(); // as the bell does
    await stage.until(async () => (await stage.totals(breaking)).accepted === 60);
    const seen = stage.witness.seen();
    const delays = seen.flatMap(({ to, at }) => (to.endsWith('@urgent.example') ? [at - sentAt] : [])).toSorted((a, b) => a - b);
    const between = seen.filter(({ to, at }) => to.endsWith('@daily.example') && at > sentAt + 300 && at < sentAt + (delays.at(-1) ?? 0));
    expect(delays).toHaveLength(60);
    expect(delays[56]).toBeLessThan(1_500); // 0.6 s is what 60 messages take
    expect(between.length).toBeLessThan(20);
    expect((await stage.totals(digestId)).waiting).toBeGreaterThan(0);
  });

  test('has connections of its own when every other one waits for an answer', async () => {
    stage = await openOutboxStage('connections=4');
    await addReaders(stage.ctx, 50, 'daily.example');
    await freezeDigestFor(stage.ctx);
    await addReaders(stage.ctx, 3, 'urgent.example');
    await sql`UPDATE subscription SET cadences = '{breaking}' FROM subscriber
      WHERE subscriber.id = subscriber_id AND address LIKE '%@urgent.example'`.execute(stage.ctx.db);
    const answers = openGate();
    let answered = 0;
    stage.witness.behave = async (step, to) => {
      if (step === 'dot' && to.endsWith('@daily.example') && ++answered > 10) await answers.opened;
      return undefined;
    };
    const [sender] = stage.startSenders(1);
    await stage.until(() => stage.witness.seen().length === 10 + 4);
    const breaking = await freezeDigestFor(stage.ctx, { lane: 1 });
    sender?.wake();
    await stage.until(async () => (await stage.totals(breaking)).accepted === 3, 10_000);
    expect(stage.witness.seen()).toHaveLength(10 + 4 + 3);
    answers.open();
  });
});

describe('several relays', () => {
  test('when one dies in mid-send the other takes over, and everybody gets one message', async () => {
    const second = await openWitness();
    stage = await openOutboxStage(`connections=4&name=first ${second.url}?connections=4&name=second&weight=9`);
    await addReaders(stage.ctx, 1_500);
    const digestId = await freezeDigestFor(stage.ctx);
    stage.startSenders(2);
    await stage.until(() => second.seen().length > 100);
    await second.close();
    await stage.until(async () => {
      const { waiting, sending, deferred } = await stage.totals(digestId);
      return waiting + sending + deferred === 0;
    }, 30_000);
    const { accepted, unknown } = await stage.totals(digestId);
    const all = [...stage.witness.seen(), ...second.seen()].map(({ to }) => to);
    expect(new Set(all).size).toBe(all.length);
    expect(unknown).toBeLessThanOrEqual(8); // connections whose dot was marked
    expect(accepted + unknown).toBe(1_500);
    expect(all.length).toBeGreaterThanOrEqual(accepted);
    const { rows } = await sql<{ relay: string }>`
      SELECT DISTINCT coalesce(outcome.relay, relay_of_pass(slice.relays, outcome.pass)) AS relay FROM outcome
      JOIN slice ON slice.digest_id = outcome.digest_id AND slice.n = outcome.slice
      WHERE state = 'accepted' ORDER BY relay`.execute(stage.ctx.db);
    expect(rows.map(({ relay }) => relay)).toEqual(['first', 'second']);
  });
});

describe('a tarpit', () => {
  test('holds neither every connection nor the slices of others', async () => {
    stage = await openOutboxStage('connections=4');
    await addReaders(stage.ctx, 40, 'tarpit.example');
    for (const domain of ['a.example', 'b.example', 'c.example']) await addReaders(stage.ctx, 150, domain);
    const digestId = await freezeDigestFor(stage.ctx);
    const answers = openGate();
    stage.witness.behave = async (step, to) => {
      if (step === 'RCPT' && to.endsWith('@tarpit.example')) await answers.opened;
      return undefined;
    };
    stage.startSenders(1);
    await stage.until(async () => (await stage.totals(digestId)).accepted === 450, 30_000);
    expect(stage.witness.seen().filter(({ to }) => to.endsWith('@tarpit.example'))).toHaveLength(0);
    answers.open();
    await stage.until(async () => {
      await sql`UPDATE slice SET not_before = now() WHERE owner IS NULL`.execute(stage.ctx.db);
      return (await stage.totals(digestId)).accepted === 490;
    }, 30_000);
    expect(stage.witness.seen()).toHaveLength(490);
  });
});
