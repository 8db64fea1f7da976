import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';
import { tidy } from '#workers/tidy';

let stage: OutboxStage;
beforeEach(async () => {
  stage = await openOutboxStage('connections=1', { BRIEFING_LEDGER_MONTHS: '3', LOG_LEVEL: 'silent' });
});
afterEach(() => stage.close());

/** A bounce and a complaint about a digest of that many months ago, of which the ledger still has the month if `isUnderWay`. */
async function toldMonthsAgo(months: number, { isUnderWay = false } = {}): Promise<void> {
  const { db } = stage.ctx;
  const { rows } = await sql<{ id: string }>`
    SELECT (extract(epoch FROM now() - ${months} * interval '1 month') * 1000)::bigint * 4096 AS id`.execute(db);
  const id = rows[0]?.id ?? '';
  await sql`SELECT ensure_ledger_partitions(now() - ${months} * interval '1 month')`.execute(db);
  if (isUnderWay) await sql`INSERT INTO digest (id, newsletter_id, state) SELECT ${id}, id, 'paused' FROM newsletter LIMIT 1`.execute(db);
  await sql`INSERT INTO bounce (digest_id, subscriber_id, code, suppressed) VALUES (${id}, ${months}, '5.1.1', true)`.execute(db);
  await sql`INSERT INTO complaint (digest_id, subscriber_id, kind, relay) VALUES (${id}, ${months}, 'abuse', 'mailbox-example')`.execute(
    db,
  );
}

async function complainedOfOneOffMail(months: number): Promise<void> {
  await sql`
    INSERT INTO complaint (digest_id, subscriber_id, kind, relay, at)
    VALUES (0, ${months}, 'abuse', 'mailbox-example', now() - ${months} * interval '1 month')`.execute(stage.ctx.db);
}

/** By their readers, which are numbered as the months are. */
async function kept(table: 'bounce' | 'complaint', digests: '>' | '='): Promise<number[]> {
  const rows = await stage.ctx.db
    .selectFrom(table)
    .select('subscriber_id')
    .where('digest_id', digests, '0')
    .orderBy('subscriber_id')
    .execute();
  return rows.map(({ subscriber_id: reader }) => Number(reader));
}

test('bounces and complaints are forgotten in the night in which their month of the ledger is dropped, and not with a month that is kept', async () => {
  for (const months of [0, 2, 5]) await toldMonthsAgo(months);
  await toldMonthsAgo(7, { isUnderWay: true });
  for (const months of [0, 2, 5]) await complainedOfOneOffMail(months);
  await tidy(stage.ctx);
  expect([await kept('bounce', '>'), await kept('complaint', '>')]).toEqual([
    [0, 2, 7],
    [0, 2, 7],
  ]);
  expect(await kept('complaint', '=')).toEqual([0, 2]);

  await sql`UPDATE digest SET state = 'finished' WHERE state = 'paused'`.execute(stage.ctx.db);
  await tidy(stage.ctx);
  expect(await kept('bounce', '>')).toEqual([0, 2]);
});
