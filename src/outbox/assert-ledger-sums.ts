import { sql } from 'kysely';
import type { Context } from '#src/context';

/**
 * The tallies, re-derived from the readers themselves, of every finished digest whose readers are kept, or of those with ids in `range`: a digest
 * whose sums differ is a bug, and is told by name. Returns those digests.
 */
export async function assertLedgerSums({ db, log }: Context, range: IdRange = { from: '0', below: '9007199254740991' }): Promise<string[]> {
  const { rows } = await sql<{ digestId: string }>`
    SELECT digest.id AS "digestId" FROM digest
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(size), 0) AS size, coalesce(sum(accepted), 0) AS accepted, coalesce(sum(rejected), 0) AS rejected,
        coalesce(sum(unknown), 0) AS unknown, coalesce(sum(skipped), 0) AS skipped
      FROM slice WHERE slice.digest_id = digest.id
    ) AS told
    CROSS JOIN LATERAL (SELECT count(*) AS size FROM delivery WHERE delivery.digest_id = digest.id) AS frozen
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE state = 'accepted') AS accepted, count(*) FILTER (WHERE state = 'rejected') AS rejected,
        count(*) FILTER (WHERE state = 'unknown') AS unknown, count(*) FILTER (WHERE state = 'skipped') AS skipped
      FROM (SELECT DISTINCT ON (subscriber_id) state FROM outcome WHERE outcome.digest_id = digest.id ORDER BY subscriber_id, pass DESC) AS last
    ) AS counted
    WHERE digest.state = 'finished' AND digest.id >= ${range.from} AND digest.id < ${range.below}
      AND to_regclass('delivery' || to_char(to_timestamp((digest.id / 4096) / 1000.0) AT TIME ZONE 'UTC', '_YYYY_MM')) IS NOT NULL
      AND (told.size, told.accepted, told.rejected, told.unknown, told.skipped)
      IS DISTINCT FROM (frozen.size, counted.accepted, counted.rejected, counted.unknown, counted.skipped)`.execute(db);
  for (const { digestId } of rows) log.error({ digestId }, 'the sums of a digest do not agree with its readers');
  return rows.map(({ digestId }) => digestId);
}

interface IdRange {
  from: string;
  below: string;
}
