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
  return { most: mostWithin(times, 1_000), mean: ((times.length - 1) * 1_000) / ((times.at(-1) ?? 0) - (times[0] ?? 0)) };
}

function mostWithin(times: readonly number[], length: number): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + length).length));
}

/** Park and Miller's: the same chances in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const told = (settled: number[], used: number[]) => ({ settled, used });
const usableUntil = (starts: number[]) => starts.map((start) => start + 100_000);

describe('reserving starts', () => {
  const limit = { starts: 40, withinMs: 1_010 };
  const wish = { limit, spacingMs: 5, lateMs: 100, horizonMs: 900, ...told([], []) };
  const key = { relay: 'r', domain: '' };

  test('never lets more than the limit begin within its time, however many ask at once, however late they use what they are given', async () => {
    stage = await openOutboxStage('connections=1');
    const begun: number[] = [];
    const chance = seeded(7);
    const until = performance.now() + 2 * limit.withinMs; // so that starts of a second ago are used again
    const sender = async (): Promise<void> => {
      let ends = told([], []);
      for (let n = 0; performance.now() < until; n += 1) {
        const { given } = await reserveStarts(stage.ctx.db, key, { ...wish, ...ends, count: 1 + (n % 7) });
        const usedUp = given.filter(() => chance() < 0.8).map((start) => start + Math.floor(chance() * 100_000));
        begun.push(...usedUp);
        ends = chance() < 0.8 ? told(usableUntil(given), usedUp) : told([], []); // or it died
      }
    };
    await Promise.all(Array.from({ length: 8 }, sender));
    expect(mostWithin(begun, limit.withinMs * 1_000)).toBeLessThanOrEqual(limit.starts);
    expect(begun.length).toBeGreaterThan(limit.starts);
  });

  test('gives back what was not used, and waits for nothing but the start that lies a limit before', async () => {
    stage = await openOutboxStage('connections=1');
    const reserve = (more: Partial<typeof wish>, count: number) => reserveStarts(stage.ctx.db, key, { ...wish, ...more, count });
    expect((await reserve({}, 1)).given).toEqual([]); // the row is new
    const first = (await reserve({}, 30)).given;
    expect(first).toHaveLength(30);
    expect((await reserve({}, 30)).given).toHaveLength(10); // those that a limit has room for, and later ones lie beyond the horizon
    const [earliest = NaN] = first;
    expect((await reserve(told(usableUntil(first), [earliest]), 40)).given).toHaveLength(29); // beside the 10 and the one that was used
    expect((await reserve({ horizonMs: 1_500 }, 1)).given).toEqual([earliest + limit.withinMs * 1_000]);
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
    expect(paceOf(starts.slice(0, -10)).mean).toBeGreaterThan(25 * 0.9); // 0.99 on a machine at rest
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

  test('counts a letter from when the relay has seen it, and no later than its end', async () => {
    stage = await openOutboxStage('connections=2&rate=20');
    await addReaders(stage.ctx, 3);
    const order = { kind: 'resend', digest_id: await freezeDigestFor(stage.ctx), newsletter_id: '1' } as const;
    const letters = openMessageSender(stage.ctx);
    const times: { begun: number; ended: number }[] = [];
    for (const id of ['1', '2', '3']) {
      const begun = Date.now();
      await stage.ctx.db
        .insertInto('message')
        .values({ ...order, subscriber_id: id, subscription_id: id })
        .execute();
      await letters.drain();
      times.push({ begun, ended: Date.now() });
    }
    await letters.stop(5_000);
    const { begun } = await stage.ctx.db.selectFrom('pace').select('begun').executeTakeFirstOrThrow();
    const second = Number(begun.at(-2)) / 1_000; // the third told of its end; nobody has told of the third's
    expect(stage.witness.seen()).toHaveLength(3);
    expect(second).toBeGreaterThan((times[1]?.begun ?? NaN) - 50);
    expect(second).toBeLessThan((times[1]?.ended ?? NaN) + 50); // as the two clocks are read
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
