import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { assertLedgerSums } from '#src/outbox/assert-ledger-sums';
import { dropOldLedger } from '#src/outbox/drop-old-ledger';
import { listDeliveries } from '#src/outbox/list-deliveries';
import { digestTotals } from '#src/outbox/ledger';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

let stage: OutboxStage;
beforeEach(async () => {
  stage = await openOutboxStage('connections=2', { BRIEFING_LEDGER_MONTHS: '3', LOG_LEVEL: 'silent' });
  await addReaders(stage.ctx, 3);
});
afterEach(() => stage.close());

/** A sent digest that looks as if it had been made that many months ago. */
async function sentMonthsAgo(months: number): Promise<string> {
  const id = await freezeDigestFor(stage.ctx);
  await stage.drain();
  const { db } = stage.ctx;
  const { rows } = await sql<{ old: string }>`
    SELECT (extract(epoch FROM now() - ${months} * interval '1 month') * 1000)::bigint * 4096 + ${id}::bigint % 4096 AS old`.execute(db);
  const old = rows[0]?.old ?? '';
  await sql`SELECT ensure_ledger_partitions(now() - ${months} * interval '1 month')`.execute(db);
  await sql`INSERT INTO digest (id, newsletter_id, state, content_version, frozen_count) SELECT ${old}, newsletter_id, 'finished', 1, 3 FROM digest WHERE id = ${id}`.execute(
    db,
  );
  for (const table of ['slice', 'delivery', 'outcome'])
    await sql`UPDATE ${sql.table(table)} SET digest_id = ${old} WHERE digest_id = ${id}`.execute(db);
  return old;
}

const readers = async (id: string): Promise<number> => (await listDeliveries(stage.ctx.db, id, { limit: 10 })).length;

test('readers of digests older than the setting are dropped by the month; the sums stay', async () => {
  const old = await sentMonthsAgo(5);
  const kept = await sentMonthsAgo(2);
  expect(await dropOldLedger(stage.ctx)).toHaveLength(1);
  expect([await readers(old), await readers(kept)]).toEqual([0, 3]);
  expect(await digestTotals(stage.ctx.db, old)).toMatchObject({ frozen: 3, accepted: 3 });
  expect(await assertLedgerSums(stage.ctx)).toEqual([]);
  expect(await dropOldLedger(stage.ctx)).toEqual([]);
});

test('a month whose sums are wrong, or of which a digest is under way, is kept', async () => {
  const old = await sentMonthsAgo(5);
  await sql`UPDATE slice SET accepted = 2, unknown = 1 WHERE digest_id = ${old}`.execute(stage.ctx.db);
  expect(await dropOldLedger(stage.ctx)).toEqual([]);
  await sql`UPDATE slice SET accepted = 3, unknown = 0 WHERE digest_id = ${old}`.execute(stage.ctx.db);
  await sql`UPDATE digest SET state = 'paused' WHERE id = ${old}`.execute(stage.ctx.db);
  expect(await dropOldLedger(stage.ctx)).toEqual([]);
  expect(await readers(old)).toBe(3);
});

test('the months that are made ahead, and those that came with the migrations, have indexes without much room', async () => {
  await sql`SELECT ensure_ledger_partitions(now() + interval '7 months')`.execute(stage.ctx.db);
  const { rows } = await sql<{ parent: string; room: string }>`
    SELECT inhparent::regclass::text AS parent, array_to_string(index.reloptions, ',') AS room
    FROM pg_inherits JOIN pg_index ON indrelid = inhrelid AND indisprimary JOIN pg_class AS index ON index.oid = indexrelid
    WHERE inhparent IN ('delivery'::regclass, 'outcome'::regclass)`.execute(stage.ctx.db);
  expect(rows.length).toBeGreaterThanOrEqual(6);
  expect(new Set(rows.map(({ parent, room }) => `${parent} ${room}`))).toEqual(
    new Set(['delivery fillfactor=100', 'outcome fillfactor=98']),
  );
});
