import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { OutcomeReason } from '#src/db/tables';

/** `frozen` is the sum of the seven states, at every moment. `rate`: readers settled a second over the last 10 seconds. */
export interface DigestTotals {
  frozen: number;
  waiting: number;
  sending: number;
  deferred: number;
  accepted: number;
  rejected: number;
  unknown: number;
  skipped: number;
  rate: number;
  oldestWaitingAt: Date | null;
}

/** Adds up the slices' tallies: 5,000 rows for a million readers, never the readers themselves. */
export async function digestTotals(db: Db, digestId: string): Promise<DigestTotals> {
  const { rows } = await sql<DigestTotals>`
    SELECT coalesce(sum(size), 0)::integer AS frozen,
      coalesce(sum(open) FILTER (WHERE owner IS NULL), 0)::integer AS waiting,
      coalesce(sum(open) FILTER (WHERE owner IS NOT NULL), 0)::integer AS sending,
      coalesce(sum(deferred), 0)::integer AS deferred,
      coalesce(sum(accepted), 0)::integer AS accepted,
      coalesce(sum(rejected), 0)::integer AS rejected,
      coalesce(sum(unknown), 0)::integer AS unknown,
      coalesce(sum(skipped), 0)::integer AS skipped,
      (coalesce(sum(size - open) FILTER (WHERE updated_at > clock_timestamp() - interval '10 seconds'), 0) / 10.0)::float AS rate,
      min(not_before) FILTER (WHERE open > 0 AND owner IS NULL) AS "oldestWaitingAt"
    FROM (
      SELECT *, size - deferred - accepted - rejected - unknown - skipped AS open FROM slice WHERE digest_id = ${digestId}
    ) AS counted`.execute(db);
  return rows[0] as DigestTotals;
}

export type DeliveryState = 'waiting' | 'sending' | 'deferred' | 'accepted' | 'rejected' | 'unknown' | 'skipped';

export interface DeliveryRow {
  subscriberId: string;
  email: string | null;
  state: DeliveryState;
  reason: OutcomeReason | null;
  pass: number;
  at: Date | null;
  relay: string | null;
  reply: string | null;
  retryAt: Date | null;
}

/** Every reader of a digest with name and reason, by subscriber id; `after` is the last id of the page before. */
export async function listDeliveries(
  db: Db,
  digestId: string,
  wanted: { state?: DeliveryState | undefined; after?: string | undefined; limit: number },
): Promise<DeliveryRow[]> {
  const { rows } = await sql<DeliveryRow>`
    SELECT * FROM (
      SELECT delivery.subscriber_id AS "subscriberId", subscriber.address AS email,
        CASE WHEN last.state IS NOT NULL AND last.state <> 'waiting' THEN last.state::text
          WHEN slice.owner IS NOT NULL THEN 'sending' ELSE 'waiting' END AS state,
        last.reason, coalesce(last.pass, 0)::integer AS pass, last.at, coalesce(last.relay, relay_of_pass(slice.relays, last.pass), slice.relay) AS relay, last.reply,
        last.retry_at AS "retryAt"
      FROM delivery
      JOIN slice ON slice.digest_id = delivery.digest_id AND slice.lot = delivery.lot AND delivery.subscriber_id BETWEEN slice.lo AND slice.hi
      LEFT JOIN subscriber ON subscriber.id = delivery.subscriber_id
      LEFT JOIN LATERAL (
        SELECT * FROM outcome WHERE outcome.digest_id = delivery.digest_id AND outcome.subscriber_id = delivery.subscriber_id
        ORDER BY pass DESC LIMIT 1
      ) AS last ON true
      WHERE delivery.digest_id = ${digestId} AND delivery.subscriber_id > ${wanted.after ?? '0'}
    ) AS accounted
    WHERE ${wanted.state ?? null}::text IS NULL OR state = ${wanted.state ?? null}
    ORDER BY "subscriberId"::bigint LIMIT ${wanted.limit}`.execute(db);
  return rows;
}
