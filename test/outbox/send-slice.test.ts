import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Context, openContext } from '#src/context';
import { listDeliveries } from '#src/outbox/list-deliveries';
import { digestTotals } from '#src/outbox/ledger';
import { openSender } from '#src/outbox/sender';
import { testConfig } from '../support/config.js';
import { createDatabase } from '../support/database.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openWitness, type Witness } from '../support/witness.js';

let ctx: Context;
let witness: Witness;
let drop: () => Promise<void>;

beforeEach(async () => {
  const database = await createDatabase();
  drop = database.drop;
  witness = await openWitness();
  ctx = openContext(testConfig(database.url, { SMTP_URL: `${witness.url}?connections=4` }), 'test');
});

afterEach(async () => {
  await ctx.close();
  await witness.close();
  await drop();
});

async function drain(): Promise<void> {
  const sender = openSender(ctx.config, ctx.log, ctx.now);
  await sender.drain();
  await sender.stop(5_000);
}

async function totals(digestId: string) {
  const { frozen, waiting, sending, deferred, accepted, rejected, unknown, skipped } = await digestTotals(ctx.db, digestId);
  expect(frozen).toBe(waiting + sending + deferred + accepted + rejected + unknown + skipped);
  return { waiting, sending, deferred, accepted, rejected, unknown, skipped };
}

const nobody = { waiting: 0, sending: 0, deferred: 0, accepted: 0, rejected: 0, unknown: 0, skipped: 0 };

describe('sending a digest', () => {
  test('hands every reader exactly one message, each with a Message-ID of its own', async () => {
    await addReaders(ctx, 450);
    const digestId = await freezeDigestFor(ctx);
    await drain();
    expect(await totals(digestId)).toEqual({ ...nobody, accepted: 450 });
    const seen = witness.seen();
    expect(seen).toHaveLength(450);
    expect(new Set(seen.map(({ to }) => to)).size).toBe(450);
    expect(new Set(seen.map(({ messageId }) => messageId)).size).toBe(450);
    expect(
      await sql<{ n: number }>`SELECT count(*)::integer AS n FROM slice WHERE NOT closed OR owner IS NOT NULL`.execute(ctx.db),
    ).toMatchObject({ rows: [{ n: 0 }] });
  });

  test('leaves out who left, paused, was suppressed or erased since the freeze, each with the reason', async () => {
    await addReaders(ctx, 6);
    const digestId = await freezeDigestFor(ctx);
    await sql`UPDATE subscription SET state = 'left' WHERE subscriber_id = 1`.execute(ctx.db);
    await sql`UPDATE subscription SET paused_until = now() + interval '1 day' WHERE subscriber_id = 2`.execute(ctx.db);
    await sql`UPDATE subscriber SET state = 'suppressed' WHERE id = 3`.execute(ctx.db);
    await sql`UPDATE subscriber SET state = 'erased', address = NULL WHERE id = 4`.execute(ctx.db);
    await drain();
    const rows = await listDeliveries(ctx.db, digestId, { limit: 10 });
    expect(rows.map(({ state, reason }) => reason ?? state)).toEqual([
      'unsubscribed',
      'paused',
      'suppressed',
      'erased',
      'accepted',
      'accepted',
    ]);
    expect(
      witness
        .seen()
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual(['r5@example.org', 'r6@example.org']);
  });

  test('believes the reply: 5xx is final, 4xx is tried again, a dot without an answer is unknown and never sent again', async () => {
    await addReaders(ctx, 8);
    witness.behave = (step, to) => {
      if (step === 'RCPT' && to.startsWith('r1@')) return '550 5.1.1 no such user';
      if (step === 'RCPT' && to.startsWith('r2@')) return '451 4.3.0 come back';
      if (step === 'dot' && to.startsWith('r3@')) return '554 5.7.1 policy';
      if (step === 'dot' && to.startsWith('r4@')) return 'drop';
      return undefined;
    };
    const digestId = await freezeDigestFor(ctx);
    for (const deadline = Date.now() + 10_000; (await totals(digestId)).waiting > 0 && Date.now() < deadline;) await drain(); // the lost line rests first
    expect(await totals(digestId)).toEqual({ ...nobody, rejected: 2, deferred: 1, unknown: 1, accepted: 4 });
    const rows = await listDeliveries(ctx.db, digestId, { limit: 10 });
    expect(rows.slice(0, 4).map(({ reason }) => reason)).toEqual(['mailbox', expect.anything(), 'policy', 'relay']);
    expect(witness.seen().filter(({ to }) => to === 'r4@example.org')).toHaveLength(1);

    witness.behave = () => undefined;
    await sql`UPDATE outcome SET retry_at = now() WHERE state = 'deferred'`.execute(ctx.db);
    await sql`UPDATE slice SET not_before = now()`.execute(ctx.db);
    await drain();
    expect(await totals(digestId)).toEqual({ ...nobody, rejected: 2, unknown: 1, accepted: 5 });
    const history = await sql<{ state: string }>`SELECT state FROM outcome WHERE subscriber_id = 2 ORDER BY pass`.execute(ctx.db);
    expect(history.rows.map(({ state }) => state)).toEqual(['deferred', 'accepted']);
  });

  test('a relay that drops before the dot leaves its reader waiting, and the next pass sends', async () => {
    await addReaders(ctx, 5);
    witness.behave = (step) => (step === 'DATA' ? 'drop' : undefined);
    const digestId = await freezeDigestFor(ctx);
    await drain();
    const before = await totals(digestId);
    expect(before.unknown).toBe(0);
    expect(before.waiting).toBe(5);
    witness.behave = () => undefined;
    await sql`UPDATE slice SET not_before = now()`.execute(ctx.db);
    await drain();
    expect(await totals(digestId)).toEqual({ ...nobody, accepted: 5 });
    expect(witness.seen()).toHaveLength(5);
  });

  test('sends nothing of a paused digest, and nothing past its time', async () => {
    await addReaders(ctx, 3);
    const paused = await freezeDigestFor(ctx, { state: 'paused' });
    await drain();
    expect(await totals(paused)).toEqual({ ...nobody, waiting: 3 });
    await sql`UPDATE digest SET state = 'sending', send_by = now() - interval '1 second' WHERE id = ${paused}`.execute(ctx.db);
    await drain();
    expect(await totals(paused)).toEqual({ ...nobody, rejected: 3 });
    expect(witness.seen()).toHaveLength(0);
  });
});
