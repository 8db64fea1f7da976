import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openMessageSender } from '#src/outbox/message-sender';
import { reserveStarts } from '#src/outbox/reserve-starts';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

let stage: OutboxStage;
afterEach(() => stage.close());

/** The witness shares its process with the senders: when others keep the machine busy it sees a message 15 ms late, in the next second. */
const blur = 1;

/** When each message was begun, by the witness, per recipient domain once it is known. */
function watchStarts(): { domain: string; at: number }[] {
  const starts: { domain: string; at: number }[] = [];
  stage.witness.behave = (step, to) => {
    if (step === 'RCPT') starts.push({ domain: to.slice(to.lastIndexOf('@') + 1), at: performance.now() });
    return undefined;
  };
  return starts;
}

/** The most that any second saw, wherever it begins, and the mean rate from the first to the last. */
function paceOf(starts: { at: number }[]): { most: number; mean: number } {
  const times = starts.map(({ at }) => at).toSorted((a, b) => a - b);
  const most = Math.max(...times.map((from, place) => times.slice(place).filter((at) => at < from + 1_000).length));
  return { most, mean: ((times.length - 1) * 1_000) / ((times.at(-1) ?? 0) - (times[0] ?? 0)) };
}

describe('reserving starts', () => {
  test('never gives two of them less than their distance, however many ask at once', async () => {
    stage = await openOutboxStage('connections=1');
    const spacingMs = 3;
    const ask = (count: number) =>
      reserveStarts(stage.ctx.db, { relay: 'r', domain: '' }, { count, spacingMs, horizonMs: 1_000 }).then(({ startsAt }) => ({
        startsAt,
        count,
      }));
    const reserved = await Promise.all(Array.from({ length: 150 }, (_, n) => ask(1 + (n % 7))));
    const granted = reserved.flatMap(({ startsAt, count }) =>
      startsAt === null ? [] : [{ from: startsAt, to: startsAt + count * spacingMs }],
    );
    const inOrder = granted.toSorted((a, b) => a.from - b.from);
    const overlaps = inOrder.filter(({ from }, place) => place > 0 && from < (inOrder[place - 1]?.to ?? 0) - 0.01);
    expect(overlaps).toEqual([]);
    expect(granted.length).toBeGreaterThan(50);
    expect(granted.length).toBeLessThan(150); // the horizon is full: the others come back later
  });
});

describe('the pace of a relay', () => {
  test('is held by two senders together, and never passed in any second', async () => {
    stage = await openOutboxStage('connections=4&rate=25');
    await addReaders(stage.ctx, 150);
    const digestId = await freezeDigestFor(stage.ctx);
    const starts = watchStarts();
    stage.startSenders(2);
    await stage.until(async () => (await stage.totals(digestId)).accepted === 150);
    expect(paceOf(starts).most).toBeLessThanOrEqual(25 + blur);
    expect(paceOf(starts.slice(0, -10)).mean).toBeGreaterThan(25 * 0.75); // 0.985 on a machine at rest; a start that is missed on a busy one is lost, not caught up with
  });

  test('counts one-off mail too, which waits for its turn and not for the digest', async () => {
    stage = await openOutboxStage('connections=4&rate=20');
    await addReaders(stage.ctx, 100);
    const digestId = await freezeDigestFor(stage.ctx);
    const starts = watchStarts();
    stage.startSenders(1);
    await stage.until(() => starts.length > 20);
    const order = { kind: 'resend', digest_id: digestId, newsletter_id: '1' } as const;
    const orders = ['1', '2', '3', '4', '5'].map((id) => ({ ...order, subscriber_id: id, subscription_id: id }));
    await stage.ctx.db.insertInto('message').values(orders).execute();
    const letters = openMessageSender(stage.ctx);
    await letters.drain();
    const { waiting, sending } = await stage.totals(digestId);
    expect(waiting + sending).toBeGreaterThan(0);
    await letters.stop(5_000);
    await stage.until(() => starts.length === 105);
    expect(paceOf(starts).most).toBeLessThanOrEqual(20 + blur);
  });

  test('costs nothing where there is none', async () => {
    stage = await openOutboxStage('connections=4');
    await addReaders(stage.ctx, 20);
    await freezeDigestFor(stage.ctx);
    await stage.drain();
    expect(await stage.ctx.db.selectFrom('pace').selectAll().execute()).toEqual([]);
    expect(stage.witness.seen()).toHaveLength(20);
  });
});

describe('the pace of a recipient domain', () => {
  test('is held over all senders, and lets everybody else pass', async () => {
    stage = await openOutboxStage('connections=4', { BRIEFING_DOMAIN_RATES: 'slow.example=12' });
    await addReaders(stage.ctx, 60, 'slow.example');
    await addReaders(stage.ctx, 400, 'fast.example');
    const digestId = await freezeDigestFor(stage.ctx);
    const starts = watchStarts();
    stage.startSenders(2);
    await stage.until(async () => (await stage.totals(digestId)).accepted === 460);
    const slow = starts.filter(({ domain }) => domain === 'slow.example');
    const lastFast = Math.max(...starts.filter(({ domain }) => domain === 'fast.example').map(({ at }) => at));
    const afterwards = slow.filter(({ at }) => at > lastFast);
    expect(afterwards.length).toBeGreaterThan(20);
    expect(paceOf(slow).most).toBeLessThanOrEqual(12 + blur);
    expect(new Set(stage.witness.seen().map(({ to }) => to)).size).toBe(460);
    expect(stage.witness.seen()).toHaveLength(460);
  });

  test('is found by its own refusals: 421 and 4.7.x slow that domain and no other', async () => {
    stage = await openOutboxStage('connections=4');
    await addReaders(stage.ctx, 40, 'touchy.example');
    await addReaders(stage.ctx, 200, 'calm.example');
    const digestId = await freezeDigestFor(stage.ctx);
    stage.witness.behave = (step, to) => (step === 'RCPT' && to.endsWith('@touchy.example') ? '450 4.7.28 slow down' : undefined);
    await stage.drain();
    const totals = await stage.totals(digestId);
    expect(totals.accepted).toBe(200);
    expect(totals.deferred).toBeGreaterThan(0);
    expect(totals.waiting).toBeGreaterThan(25); // most of that domain were not even tried
    const { rows } = await sql<{ domain: string; held: boolean }>`
      SELECT domain, next_at > clock_timestamp() + interval '5 seconds' AS held FROM pace`.execute(stage.ctx.db);
    expect(rows).toEqual([{ domain: 'touchy.example', held: true }]);

    stage.witness.behave = () => undefined;
    await sql`UPDATE pace SET next_at = now()`.execute(stage.ctx.db);
    await sql`UPDATE outcome SET retry_at = now() WHERE state = 'deferred'`.execute(stage.ctx.db);
    await sql`UPDATE slice SET not_before = now()`.execute(stage.ctx.db);
    await stage.drain();
    expect((await stage.totals(digestId)).accepted).toBe(240);
    expect(stage.witness.seen()).toHaveLength(240);
  });
});
