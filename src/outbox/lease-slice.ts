import { sql } from 'kysely';
import { type Db, prepared } from '#src/db/client';
import { laneNumbers, type Lease, type Reader } from '#src/outbox/delivery';

/**
 * Takes the next slice that may leave: lowest lane first, then the one that has waited longest. The lease counts by the database's clock and is
 * durable before anything is sent. Returns null when there is nothing to do now.
 */
export async function leaseSlice(db: Db, wanted: { owner: string; relay: string; leaseSeconds: number }): Promise<Lease | null> {
  const { rows } = await sql<Lease>`${prepared}
    WITH next AS (
      SELECT slice.digest_id, slice.n, digest.content_version, digest.newsletter_id, digest.send_by < clock_timestamp() AS is_late
      FROM slice JOIN digest ON digest.id = slice.digest_id
      WHERE NOT slice.closed AND slice.owner IS NULL AND slice.not_before <= clock_timestamp() AND digest.state = 'sending'
        AND (NOT digest.canary OR slice.n = 1)
      ORDER BY slice.lane, slice.not_before, slice.digest_id, slice.n
      FOR UPDATE OF slice SKIP LOCKED
      LIMIT 1
    )
    UPDATE slice SET owner = ${wanted.owner}, relay = ${wanted.relay}, relays[pass + 1] = nullif(${wanted.relay}, relay_of_pass(relays, pass)),
      fence = fence + 1, pass = pass + 1, serial = nextval('lease_serial'),
      content_version = next.content_version,
      lease_until = clock_timestamp() + make_interval(secs => ${wanted.leaseSeconds}), updated_at = clock_timestamp()
    FROM next
    WHERE slice.digest_id = next.digest_id AND slice.n = next.n
    RETURNING slice.digest_id AS "digestId", slice.n, lot, lane, lo, hi, pass, fence, serial, owner, slice.relay,
      next.content_version AS "contentVersion", next.newsletter_id AS "newsletterId", coalesce(next.is_late, false) AS "isLate"`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** The slice's readers without a final outcome whose time has come, in the order of their ids; those who are to be left out say why. */
export async function readersOf(db: Db, lease: Lease): Promise<Reader[]> {
  // both ends are named for every table, so that each is read in one stretch instead of reader by reader
  const { rows } = await sql<Reader>`${prepared}
    WITH last AS (
      SELECT DISTINCT ON (subscriber_id) subscriber_id, state, retry_at, pass,
        count(*) FILTER (WHERE state = 'deferred') OVER (PARTITION BY subscriber_id)::integer AS deferrals
      FROM outcome
      WHERE digest_id = ${lease.digestId} AND subscriber_id BETWEEN ${lease.lo} AND ${lease.hi}
      ORDER BY subscriber_id, pass DESC
    )
    SELECT delivery.subscriber_id AS "subscriberId", subscription.id AS "subscriptionId", subscriber.address,
      coalesce(subscription.confirmed_at, subscription.asked_at) AS "joinedAt",
      CASE WHEN last.state = 'deferred' THEN last.deferrals ELSE 0 END AS deferrals,
      CASE
        WHEN subscriber.address IS NULL THEN 'erased'
        WHEN subscriber.state = 'suppressed' THEN 'suppressed'
        WHEN subscriber.state <> 'active' OR subscription.state IS DISTINCT FROM 'active' THEN 'unsubscribed'
        WHEN subscription.paused_until > clock_timestamp() THEN 'paused'
      END AS skip
    FROM delivery
    LEFT JOIN subscriber ON subscriber.id = delivery.subscriber_id AND subscriber.id BETWEEN ${lease.lo} AND ${lease.hi}
    LEFT JOIN subscription ON subscription.subscriber_id = delivery.subscriber_id AND subscription.newsletter_id = ${lease.newsletterId}
      AND subscription.subscriber_id BETWEEN ${lease.lo} AND ${lease.hi}
    LEFT JOIN last ON last.subscriber_id = delivery.subscriber_id
    WHERE delivery.digest_id = ${lease.digestId} AND delivery.lot = ${lease.lot} AND delivery.subscriber_id BETWEEN ${lease.lo} AND ${lease.hi}
      AND (last.state IS NULL OR (last.pass < ${lease.pass} AND (last.state = 'waiting' OR (last.state = 'deferred' AND last.retry_at <= clock_timestamp()))))
    ORDER BY delivery.subscriber_id`.execute(db);
  return rows;
}

/** A slice of breaking news that may leave now and that nobody holds: whoever sends a digest makes way. */
const breakingWaits = sql`EXISTS (
  SELECT FROM slice AS urgent JOIN digest AS news ON news.id = urgent.digest_id
  WHERE urgent.lane = ${laneNumbers.breaking} AND NOT urgent.closed AND urgent.owner IS NULL AND urgent.not_before <= clock_timestamp()
    AND news.state = 'sending' AND (NOT news.canary OR urgent.n = 1))`;

/**
 * Prolongs what the sender still holds: an owner that comes back before anybody recovered goes on as if nothing had happened. A slice that it left
 * after an error is not prolonged: it is soon recovered. Returns the serials that are still its own, each with whether its digest may go on.
 */
export async function renewLeases(
  db: Db,
  { owner, serials, leaseSeconds }: { owner: string; serials: readonly string[]; leaseSeconds: number },
): Promise<Map<string, { mayGoOn: boolean }>> {
  const { rows } = await sql<{ serial: string; mayGoOn: boolean }>`${prepared}
    UPDATE slice SET lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
    FROM digest
    WHERE digest.id = slice.digest_id AND slice.owner = ${owner} AND slice.serial = ANY (${serials}::bigint[])
    RETURNING slice.serial, digest.state = 'sending' AND digest.content_version = slice.content_version
      AND (slice.lane = ${laneNumbers.breaking} OR NOT ${breakingWaits}) AS "mayGoOn"`.execute(db);
  return new Map(rows.map(({ serial, mayGoOn }) => [serial, { mayGoOn }]));
}

/** Milliseconds until the next slice that waits for its time may be leased, by the database's clock; null when none waits. */
export async function nextDueMs(db: Db): Promise<number | null> {
  const { rows } = await sql<{ ms: number | null }>`
    SELECT (extract(epoch FROM min(slice.not_before) - clock_timestamp()) * 1000)::float AS ms FROM slice JOIN digest ON digest.id = slice.digest_id
    WHERE NOT slice.closed AND slice.owner IS NULL AND digest.state = 'sending'
      AND (NOT digest.canary OR slice.n = 1)`.execute(db);
  return rows[0]?.ms ?? null;
}
