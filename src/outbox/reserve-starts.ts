import { sql } from 'kysely';
import type { Db } from '#src/db/client';

/** What is limited: a relay as a whole (`domain` empty), one recipient domain over all relays (`relay` empty), or one domain through one relay. */
export interface PaceKey {
  relay: string;
  domain: string;
}

/** Times are milliseconds of the database's clock. */
export interface Reserved {
  /** The first of the reserved starts; null when everything within the horizon is reserved already. */
  startsAt: number | null;
  /** When the next start is free. */
  freeAt: number;
  now: number;
}

/** Reserves `count` starts, `spacingMs` apart, for this sender alone: one statement, exact over any number of senders and machines. */
export async function reserveStarts(
  db: Db,
  { relay, domain }: PaceKey,
  { count, spacingMs, horizonMs }: { count: number; spacingMs: number; horizonMs: number },
): Promise<Reserved> {
  const taken = sql`${count * spacingMs} * interval '1 millisecond'`;
  const { rows } = await sql<Reserved & { isGranted: boolean }>`
    WITH granted AS (
      INSERT INTO pace AS known (relay, domain, next_at) VALUES (${relay}, ${domain}, clock_timestamp() + ${taken})
      ON CONFLICT (relay, domain) DO UPDATE SET next_at = greatest(known.next_at, clock_timestamp()) + ${taken}
      WHERE known.next_at <= clock_timestamp() + ${horizonMs} * interval '1 millisecond'
      RETURNING next_at
    ), told AS (
      SELECT next_at - ${taken} AS starts_at, next_at FROM granted
      UNION ALL
      SELECT NULL, next_at FROM pace WHERE relay = ${relay} AND domain = ${domain} AND NOT EXISTS (SELECT FROM granted)
    )
    SELECT ${milliseconds(sql`starts_at`)} AS "startsAt", ${milliseconds(sql`next_at`)} AS "freeAt", ${milliseconds(sql`clock_timestamp()`)} AS now
    FROM told`.execute(db);
  return rows[0] ?? { startsAt: null, freeAt: 0, now: 0 };
}

/** Nobody begins under this key before `pauseMs` have gone by. */
export async function holdStarts(db: Db, { relay, domain }: PaceKey, pauseMs: number): Promise<void> {
  await sql`
    INSERT INTO pace AS known (relay, domain, next_at) VALUES (${relay}, ${domain}, clock_timestamp() + ${pauseMs} * interval '1 millisecond')
    ON CONFLICT (relay, domain) DO UPDATE SET next_at = greatest(known.next_at, excluded.next_at)`.execute(db);
}

function milliseconds(time: ReturnType<typeof sql>) {
  return sql`(extract(epoch FROM ${time}) * 1000)::float`;
}
