import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { Bucket, Count } from '#src/subscribers/count-request';

/** The statements that count requests. */

export async function insertCounts(
  db: Db,
  buckets: readonly Bucket[],
  { now, windowMs }: { now: Date; windowMs: number },
): Promise<Count[]> {
  const { rows } = await sql<Count>`
    SELECT place, counted, (extract(epoch FROM until - ${now}::timestamptz) * 1000)::integer AS "resetsInMs"
    FROM count_request(${buckets.map(({ key }) => key)}::text[], ${buckets.map(({ most }) => most)}::integer[], ${now}::timestamptz,
      make_interval(secs => ${windowMs / 1_000}::double precision))`.execute(db);
  return rows;
}

export async function deleteOldCounts(db: Db, now: Date): Promise<void> {
  await sql`DELETE FROM request_count WHERE resets_at < ${now}`.execute(db);
}
