import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { OutcomeReason } from '#src/db/tables';

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

export interface Wanted {
  state?: DeliveryState | undefined;
  /** The last subscriber id of the page before. */
  after?: string | undefined;
  limit: number;
}

/** Every reader of a digest with name and reason, by subscriber id. Whichever state is asked for, a page of a million reads little more than itself. */
export async function listDeliveries(db: Db, digestId: string, wanted: Wanted): Promise<DeliveryRow[]> {
  const { rows } = await sql<DeliveryRow>`
    SELECT page.subscriber_id AS "subscriberId", subscriber.address AS email,
      CASE WHEN last.state IS NOT NULL AND last.state <> 'waiting' THEN last.state::text
        WHEN slice.owner IS NOT NULL THEN 'sending' ELSE 'waiting' END AS state,
      last.reason, coalesce(last.pass, 0)::integer AS pass, last.at,
      coalesce(last.relay, relay_of_pass(slice.relays, last.pass), slice.relay) AS relay, last.reply, last.retry_at AS "retryAt"
    FROM (${pageOf(digestId, wanted)}) AS page
    JOIN slice ON slice.digest_id = ${digestId} AND slice.n = page.slice
    LEFT JOIN subscriber ON subscriber.id = page.subscriber_id
    LEFT JOIN LATERAL (${lastOutcome(digestId, sql`page.subscriber_id`)}) AS last ON true
    ORDER BY page.subscriber_id`.execute(db);
  return rows;
}

/** The readers of one page, each with the number of its slice. */
function pageOf(digestId: string, wanted: Wanted): RawBuilder<unknown> {
  if (wanted.state === undefined) return anyReaders(digestId, wanted);
  return wanted.state === 'waiting' || wanted.state === 'sending' ? openReaders(digestId, wanted) : settledReaders(digestId, wanted);
}

function anyReaders(digestId: string, { after = '0', limit }: Wanted) {
  return sql`
    SELECT chosen.subscriber_id, slice.n AS slice FROM (
      SELECT subscriber_id, lot FROM delivery WHERE digest_id = ${digestId} AND subscriber_id > ${after} ORDER BY subscriber_id LIMIT ${limit}
    ) AS chosen
    JOIN slice ON slice.digest_id = ${digestId} AND slice.lot = chosen.lot AND chosen.subscriber_id BETWEEN slice.lo AND slice.hi`;
}

/** Who has an outcome of this state, and no later one. */
function settledReaders(digestId: string, { state, after = '0', limit }: Wanted) {
  return sql`
    SELECT subscriber_id, slice FROM outcome AS found
    WHERE digest_id = ${digestId} AND state = ${state} AND subscriber_id > ${after} AND NOT EXISTS (
      SELECT FROM outcome AS later WHERE later.digest_id = ${digestId} AND later.subscriber_id = found.subscriber_id AND later.pass > found.pass
    )
    ORDER BY subscriber_id LIMIT ${limit}`;
}

/** Who has no outcome yet. The first slices of each lot hold a page of them: every slice that is looked at has one at the least. */
function openReaders(digestId: string, { state, after = '0', limit }: Wanted) {
  return sql`
    SELECT delivery.subscriber_id, near.n AS slice
    FROM (
      SELECT *, row_number() OVER (PARTITION BY lot ORDER BY lo) AS place FROM slice
      WHERE digest_id = ${digestId} AND hi > ${after} AND (owner IS NOT NULL) = ${state === 'sending'}
        AND size > deferred + accepted + rejected + unknown + skipped
    ) AS near
    JOIN delivery ON delivery.digest_id = ${digestId} AND delivery.lot = near.lot AND delivery.subscriber_id BETWEEN near.lo AND near.hi
    LEFT JOIN LATERAL (${lastOutcome(digestId, sql`delivery.subscriber_id`)}) AS last ON true
    WHERE near.place <= ${limit}::integer + 1 AND delivery.subscriber_id > ${after} AND coalesce(last.state, 'waiting') = 'waiting'
    ORDER BY delivery.subscriber_id LIMIT ${limit}`;
}

function lastOutcome(digestId: string, subscriberId: RawBuilder<unknown>) {
  return sql`SELECT * FROM outcome WHERE outcome.digest_id = ${digestId} AND outcome.subscriber_id = ${subscriberId} ORDER BY pass DESC LIMIT 1`;
}
