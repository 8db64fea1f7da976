import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type DeliveryRow, type DeliveryState, listDeliveries } from '#src/outbox/list-deliveries';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

const readers = 450; // three slices
let stage: OutboxStage;
let sent: string;
let held: string;

beforeAll(async () => {
  stage = await openOutboxStage('connections=4');
  await addReaders(stage.ctx, readers);
  stage.witness.behave = (step, to) => {
    const n = Number(/^r(\d+)@/.exec(to)?.[1]);
    if (step === 'dot') return n % 50 === 3 ? 'drop' : undefined;
    if (step !== 'RCPT') return undefined;
    return n % 7 === 1 ? '550 5.1.1 no such mailbox' : n % 11 === 2 ? '451 4.2.1 try again later' : undefined;
  };
  sent = await freezeDigestFor(stage.ctx);
  await stage.drain();
  held = await freezeDigestFor(stage.ctx, { state: 'paused' });
});
afterAll(() => stage.close());

describe('the readers of a digest, page by page', () => {
  test('are all there, once, whichever the length of a page', async () => {
    const all = await pages(sent, undefined, 1_000);
    expect(all).toHaveLength(readers);
    expect(await pages(sent, undefined, 7)).toEqual(all);
    expect(await pages(sent, undefined, 200)).toEqual(all);
  });

  test.each(['accepted', 'rejected', 'deferred', 'unknown', 'waiting', 'sending', 'skipped'] as const)(
    'are the same when only those %s are asked for',
    async (state) => {
      const those = (await pages(sent, undefined, 1_000)).filter((row) => row.state === state);
      expect(await pages(sent, state, 7)).toEqual(those);
      expect((await stage.totals(sent))[state]).toBe(those.length);
    },
  );

  test('show every state that this digest was to have', async () => {
    const { accepted, rejected, deferred, unknown } = await stage.totals(sent);
    for (const count of [accepted, rejected, deferred, unknown]) expect(count).toBeGreaterThan(0);
  });

  test('wait in a digest that is held, but for those whose slice is being sent', async () => {
    await sql`UPDATE slice SET owner = 'somebody' WHERE digest_id = ${held} AND n = 2`.execute(stage.ctx.db);
    expect(await pages(held, 'waiting', 7)).toHaveLength(readers - 200);
    expect(await pages(held, 'sending', 7)).toHaveLength(200);
  });
});

async function pages(digestId: string, state: DeliveryState | undefined, limit: number): Promise<DeliveryRow[]> {
  const rows: DeliveryRow[] = [];
  for (;;) {
    const page = await listDeliveries(stage.ctx.db, digestId, { state, after: rows.at(-1)?.subscriberId, limit });
    rows.push(...page);
    if (page.length < limit) return rows;
  }
}
