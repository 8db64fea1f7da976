import { sql } from 'kysely';
import type { Db } from '#src/db/client';

/** What is limited: a relay as a whole (`domain` empty), one recipient domain over all relays (`relay` empty), or one domain through one relay. */
export interface PaceKey {
  relay: string;
  domain: string;
}

/** At most `starts` within any `withinMs`. */
export interface Limit {
  starts: number;
  withinMs: number;
}

/** All moments are whole microseconds of the database's clock. */
interface StartsWish {
  count: number;
  limit: Limit;
  /** The least between two of them, so that they do not come in a bunch after a pause. */
  spacingMs: number;
  /** A start may be used for so long after its moment; until it is told of, it counts as if it were used at the very end. */
  lateMs: number;
  /** Only starts that are due within it are given. */
  horizonMs: number;
  /** Starts given before of which the end is known, and the moments of those that were used. */
  settled: readonly number[];
  used: readonly number[];
}

export interface Reserved {
  /** The moments of the starts that were given, ascending; as many as were free within the horizon. */
  given: number[];
  /** When the next start is free. */
  freeAt: number;
  now: number;
}

/**
 * Reserves starts for this sender alone: one statement, exact over any number of senders and machines. A start is free when the one that lies
 * `limit.starts` before it began `limit.withinMs` ago; so a start that is used late only delays the one a whole limit later, and none is lost.
 */
export async function reserveStarts(db: Db, { relay, domain }: PaceKey, wish: StartsWish): Promise<Reserved> {
  const within = micros(wish.limit.withinMs);
  const late = micros(wish.lateMs);
  const spacing = micros(wish.spacingMs);
  const count = Math.min(wish.count, wish.limit.starts);
  const { rows } = await sql<{ given: string[]; freeAt: string; now: string }>`
    INSERT INTO pace AS known (relay, domain, next_at) VALUES (${relay}, ${domain}, clock_timestamp())
    ON CONFLICT (relay, domain) DO UPDATE SET (next_at, begun, given) = (
      WITH moment AS (
        SELECT ${inMicros(sql`clock_timestamp()`)} AS now, ${inMicros(sql`known.next_at`)} AS next_at
      ), counted AS (
        SELECT ARRAY(
          SELECT at FROM (
            (SELECT unnest(known.begun) AS at EXCEPT ALL SELECT unnest(${wish.settled}::bigint[]))
            UNION ALL SELECT unnest(${wish.used}::bigint[])
          ) AS start WHERE at > now - ${within}::bigint ORDER BY at
        ) AS starts FROM moment
      ), free AS (
        SELECT n, greatest(now, next_at, starts[cardinality(starts) + n - ${wish.limit.starts}::integer] + ${within}::bigint) AS at
        FROM moment, counted, generate_series(1, ${count}::integer) AS n
      ), spaced AS (
        SELECT max(at - n * ${spacing}::bigint) OVER (ORDER BY n) + n * ${spacing}::bigint AS at FROM free
      ), granted AS (
        SELECT array_agg(at ORDER BY at) AS starts FROM spaced, moment WHERE at <= now + ${micros(wish.horizonMs)}::bigint
      )
      SELECT
        CASE WHEN granted.starts IS NULL THEN known.next_at
          ELSE to_timestamp((granted.starts[cardinality(granted.starts)] + ${spacing}::bigint) / 1e6) END,
        counted.starts || ARRAY(SELECT at + ${late}::bigint FROM unnest(granted.starts) AS at),
        coalesce(granted.starts, '{}')
      FROM counted, granted
    )
    RETURNING given, ${inMicros(sql`clock_timestamp()`)} AS now,
      greatest(${inMicros(sql`next_at`)}, begun[cardinality(begun) + 1 - ${wish.limit.starts}::integer] + ${within}::bigint) AS "freeAt"`.execute(
    db,
  );
  const { given = [], freeAt = 0, now = 0 } = rows[0] ?? {};
  return { given: given.map(Number), freeAt: Number(freeAt), now: Number(now) };
}

/** Nobody begins under this key before `pauseMs` have gone by. */
export async function holdStarts(db: Db, { relay, domain }: PaceKey, pauseMs: number): Promise<void> {
  await sql`
    INSERT INTO pace AS known (relay, domain, next_at) VALUES (${relay}, ${domain}, clock_timestamp() + ${pauseMs} * interval '1 millisecond')
    ON CONFLICT (relay, domain) DO UPDATE SET next_at = greatest(known.next_at, excluded.next_at)`.execute(db);
}

function inMicros(time: ReturnType<typeof sql>) {
  return sql`(extract(epoch FROM ${time}) * 1000000)::bigint`;
}

function micros(milliseconds: number): number {
  return Math.round(milliseconds * 1_000);
}
