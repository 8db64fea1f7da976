import { sql } from 'kysely';
import type { Context } from '#src/context';
import { assertLedgerSums } from '#src/outbox/assert-ledger-sums';

interface Month {
  /** `2026_11`, as its partitions are named. */
  name: string;
  from: string;
  below: string;
  isUnderWay: boolean;
}

/**
 * Drops the readers of digests that are older than the setting says, a month at a time, once their sums were found right. The digests and the
 * slices' tallies stay: how many had it is known for ever, who had it is not. Returns the months dropped.
 */
export async function dropOldLedger(ctx: Context): Promise<string[]> {
  const dropped: string[] = [];
  for (const month of await oldMonths(ctx)) {
    const wrong = await assertLedgerSums(ctx, month);
    if (month.isUnderWay || wrong.length > 0) {
      ctx.log.error({ month: month.name, digests: wrong, isUnderWay: month.isUnderWay }, 'a month of the ledger is kept longer');
      continue;
    }
    await drop(ctx, month);
    dropped.push(month.name);
  }
  return dropped;
}

async function oldMonths({ db, config, now }: Context): Promise<Month[]> {
  const { rows } = await sql<Month>`
    WITH month AS (
      SELECT substr(relname, length('delivery_') + 1) AS name, to_date(substr(relname, length('delivery_') + 1), 'YYYY_MM')::timestamp AS since
      FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'delivery'::regclass
    ), bounded AS (
      SELECT name, ${lowestId(sql`since`)} AS "from", ${lowestId(sql`since + interval '1 month'`)} AS below FROM month
      WHERE since + interval '1 month' <= date_trunc('month', ${now()}::timestamptz AT TIME ZONE 'UTC') - ${config.ledgerMonths} * interval '1 month'
    )
    SELECT name, "from", below, EXISTS (
      SELECT FROM digest WHERE id >= "from" AND id < below AND state IN ('frozen', 'holding', 'sending', 'paused')
    ) AS "isUnderWay"
    FROM bounded ORDER BY name`.execute(db);
  return rows;
}

/** Of the digests made since a moment: their ids begin with the milliseconds. */
function lowestId(moment: ReturnType<typeof sql>) {
  return sql`(extract(epoch FROM (${moment}) AT TIME ZONE 'UTC') * 1000)::bigint * 4096`;
}

/** The parents are locked for a moment: if a long statement holds them, the next night will do. */
async function drop({ db }: Context, { name }: Month): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`SET LOCAL lock_timeout = '2s'`.execute(tx);
    await sql`DROP TABLE ${sql.table(`outcome_${name}`)}, ${sql.table(`delivery_${name}`)}`.execute(tx);
  });
}
