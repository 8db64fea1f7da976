import { sql } from 'kysely';
import type { Db } from '#src/db/client';

/** How a digest fares with those who decide: readers settled, mailboxes that are not there, refusals of us, by the relay itself, complaints. */
export interface Refusals {
  settled: number;
  bounces: number;
  policy: number;
  relay: number;
  complaints: number;
}

export interface DigestRefusals extends Refusals {
  digestId: string;
  accepted: number;
  unknown: number;
  /** What had been counted when an editor let it go on, and the newest `unknown` of then. */
  forgiven: (Partial<Refusals> & { unknownAt?: string | null }) | null;
  /** The first slice while it goes ahead alone; null when the digest has no canary, or it has come back. */
  canary: { size: number; open: number; accepted: number } | null;
}

/** Of every digest that is being sent, or of one: from the slices' tallies and the few outcomes that refuse. */
export async function countRefusals(db: Db, digestId: string | null = null): Promise<DigestRefusals[]> {
  const which = digestId === null ? sql`digest.state = 'sending'` : sql`digest.id = ${digestId}`;
  const { rows } = await sql<DigestRefusals>`
    SELECT digest.id AS "digestId", digest.forgiven, told.*, refused.*,
      (SELECT count(*)::integer FROM complaint WHERE complaint.digest_id = digest.id AND kind = 'abuse') AS complaints,
      CASE WHEN digest.canary THEN (
        SELECT json_build_object('size', size, 'open', size - deferred - accepted - rejected - unknown - skipped, 'accepted', accepted + skipped)
        FROM slice WHERE slice.digest_id = digest.id AND n = 1
      ) END AS canary
    FROM digest
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(accepted + rejected + unknown + skipped), 0)::integer AS settled, coalesce(sum(accepted), 0)::integer AS accepted,
        coalesce(sum(unknown), 0)::integer AS unknown
      FROM slice WHERE slice.digest_id = digest.id
    ) AS told
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE reason = 'mailbox')::integer AS bounces, count(*) FILTER (WHERE reason = 'policy')::integer AS policy,
        count(*) FILTER (WHERE reason = 'relay' AND reply IS NOT NULL)::integer AS relay
      FROM outcome WHERE outcome.digest_id = digest.id AND state = 'rejected' AND reason IN ('mailbox', 'policy', 'relay')
    ) AS refused
    WHERE ${which}`.execute(db);
  return rows;
}

/** Whether the last five who answered all refused us. Looks only at slices that moved in the last ten seconds. */
export async function refusesEverybody(db: Db, digestId: string): Promise<boolean> {
  const { rows } = await sql<{ refused: number }>`
    SELECT count(*) FILTER (WHERE state = 'rejected' AND reason IN ('policy', 'relay'))::integer AS refused FROM (
      SELECT outcome.state, outcome.reason FROM slice
      JOIN outcome ON outcome.digest_id = slice.digest_id AND outcome.subscriber_id BETWEEN slice.lo AND slice.hi AND outcome.slice = slice.n
      WHERE slice.digest_id = ${digestId} AND slice.updated_at > clock_timestamp() - interval '10 seconds'
        AND outcome.state IN ('accepted', 'rejected')
      ORDER BY outcome.at DESC LIMIT 5
    ) AS last`.execute(db);
  return rows[0]?.refused === 5;
}

const mute = { atLeast: 20, seconds: 3 };

/** When the last reader became unknown, as Postgres writes it; by the clock of whoever sent, as `isMute` compares it. */
export async function lastUnknownAt(db: Db, digestId: string): Promise<string | null> {
  const { rows } = await sql<{ at: string | null }>`
    SELECT max(at)::text AS at FROM outcome WHERE digest_id = ${digestId} AND state = 'unknown'`.execute(db);
  return rows[0]?.at ?? null;
}

/**
 * Whether nobody answers our dots any more in words that can be read: for seconds, and later than `since`, every message that may have left ended
 * as unknown. A relay that was stopped leaves as many at one moment and is no sign of it. Looks only at slices that moved in the last ten seconds.
 */
export async function isMute(db: Db, digestId: string, since: string | null): Promise<boolean> {
  const { rows } = await sql<{ unknown: number; seconds: number }>`
    WITH late AS (
      SELECT outcome.state, outcome.reason, outcome.at FROM slice
      JOIN outcome ON outcome.digest_id = slice.digest_id AND outcome.subscriber_id BETWEEN slice.lo AND slice.hi AND outcome.slice = slice.n
      WHERE slice.digest_id = ${digestId} AND slice.updated_at > clock_timestamp() - interval '10 seconds'
    )
    SELECT count(*)::integer AS unknown, coalesce(extract(epoch FROM max(at) - min(at)), 0)::float AS seconds FROM late
    WHERE state = 'unknown' AND reason = 'relay'
      AND at > coalesce(${since}::timestamptz, '-infinity')
      AND at > coalesce((SELECT max(at) FROM late WHERE state IN ('accepted', 'rejected', 'deferred')), '-infinity')`.execute(db);
  return (rows[0]?.unknown ?? 0) >= mute.atLeast && (rows[0]?.seconds ?? 0) >= mute.seconds;
}
