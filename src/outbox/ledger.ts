import { sql } from 'kysely';
import type { Db } from '#src/db/client';

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
