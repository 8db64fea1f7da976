import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { Count, Counting } from '#src/subscribers/count-requests';

/** The statements that count requests. They count one after the other: each holds many buckets, and two would wait for each other in a circle. */
const alone = sql`pg_advisory_xact_lock(hashtext('request_count'))`;

export async function insertCounts(db: Db, requests: readonly Counting[], now: Date): Promise<Count[][]> {
  const asked = requests.map(({ buckets, windowMs }, request) => ({
    request,
    keys: buckets.map(({ key }) => key),
    most: buckets.map(({ most }) => most),
    seconds: windowMs / 1_000,
  }));
  const { rows } = await sql<Count & { request: number }>`
    SELECT request, place, counted, (extract(epoch FROM until - ${now}::timestamptz) * 1000)::integer AS "resetsInMs"
    FROM json_to_recordset((SELECT ${JSON.stringify(asked)}::json FROM ${alone}))
      AS asked(request integer, keys text[], most integer[], seconds double precision),
      count_request(keys, most, ${now}::timestamptz, make_interval(secs => seconds))`.execute(db);
  const counts = requests.map((): Count[] => []);
  for (const { request, ...count } of rows) counts[request]?.push(count);
  return counts;
}

export async function deleteOldCounts(db: Db, now: Date): Promise<void> {
  await sql`DELETE FROM request_count USING ${alone} WHERE resets_at < ${now}`.execute(db);
}
