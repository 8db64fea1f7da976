import { sql } from 'kysely';
import { type Db, prepared } from '#src/db/client';
import type { Lease, Outcome } from '#src/outbox/delivery';

/** What happens to the lease in the same transaction: kept, or given back so that the slice may be leased again after `pauseMs`. */
export type Afterwards = { keep: true } | { keep: false; pauseMs: number };

/**
 * Appends outcomes and re-derives the slice's tally from all of its outcomes, in one statement; a slice without open readers is closed.
 * Returns false, and writes nothing, when the fence has moved on: the lease was recovered by somebody else.
 */
export async function recordOutcomes(db: Db, lease: Lease, outcomes: readonly Outcome[], afterwards: Afterwards): Promise<boolean> {
  const column = <Name extends keyof Outcome>(name: Name) => outcomes.map((outcome) => outcome[name]);
  const { rows } = await sql`${prepared}
    WITH held AS (
      SELECT slice.* FROM slice
      WHERE digest_id = ${lease.digestId} AND n = ${lease.n} AND owner = ${lease.owner} AND fence = ${lease.fence}
      FOR UPDATE
    ),
    appended AS (
      INSERT INTO outcome (digest_id, subscriber_id, pass, content_version, slice, state, reason, at, retry_at, relay, reply)
      SELECT held.digest_id, fresh.subscriber_id, ${lease.pass}, ${lease.contentVersion}, held.n, fresh.state, fresh.reason, fresh.at,
        clock_timestamp() + fresh.retry_after * interval '1 millisecond', nullif(${lease.relay}, relay_of_pass(held.relays, ${lease.pass})), fresh.reply
      FROM held, unnest(
        ${column('subscriberId')}::bigint[], ${column('state')}::outcome_state[], ${column('reason')}::outcome_reason[],
        ${column('at')}::timestamptz[], ${column('retryAfterMs')}::float[], ${column('reply')}::text[]
      ) AS fresh (subscriber_id, state, reason, at, retry_after, reply)
      RETURNING subscriber_id, pass, state, retry_at
    ),
    ${tally(lease)}
    UPDATE slice SET deferred = sums.deferred, accepted = sums.accepted, rejected = sums.rejected, unknown = sums.unknown, skipped = sums.skipped,
      closed = sums.settled = slice.size,
      owner = CASE WHEN ${afterwards.keep} THEN slice.owner END,
      lease_until = CASE WHEN ${afterwards.keep} THEN slice.lease_until END,
      not_before = ${afterwards.keep ? sql`slice.not_before` : notBefore(afterwards.pauseMs)},
      updated_at = clock_timestamp()
    FROM sums, held
    WHERE slice.digest_id = held.digest_id AND slice.n = held.n
    RETURNING slice.n`.execute(db);
  return rows.length === 1;
}

/** The latest pass of each reader of the slice in `held`, what this statement `appended` included, added up as `sums`. */
const tally = ({ digestId, lo, hi, n }: Lease) => sql`
    latest AS (
      SELECT DISTINCT ON (subscriber_id) subscriber_id, state, retry_at FROM (
        SELECT subscriber_id, pass, state, retry_at FROM appended
        UNION ALL
        SELECT subscriber_id, pass, state, retry_at FROM outcome
        WHERE digest_id = ${digestId} AND subscriber_id BETWEEN ${lo} AND ${hi} AND slice = ${n}
      ) AS every_pass
      ORDER BY subscriber_id, pass DESC
    ),
    sums AS (
      SELECT count(*) FILTER (WHERE state = 'deferred') AS deferred, count(*) FILTER (WHERE state = 'accepted') AS accepted,
        count(*) FILTER (WHERE state = 'rejected') AS rejected, count(*) FILTER (WHERE state = 'unknown') AS unknown,
        count(*) FILTER (WHERE state = 'skipped') AS skipped,
        count(*) FILTER (WHERE state NOT IN ('waiting', 'deferred')) AS settled,
        count(*) FILTER (WHERE state = 'waiting') AS reopened,
        min(retry_at) FILTER (WHERE state = 'deferred') AS next_retry
      FROM latest
    )`;

/** A slice whose only open readers are deferred is parked until the first of them is due. */
function notBefore(pauseMs: number) {
  const soon = sql`clock_timestamp() + ${pauseMs} * interval '1 millisecond'`;
  return sql`CASE WHEN sums.settled + sums.deferred = slice.size THEN coalesce(sums.next_retry, ${soon}) ELSE ${soon} END`;
}
