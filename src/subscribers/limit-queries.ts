import { sql } from 'kysely';
import { type Db, prepared } from '#src/db/client';
import type { Count, Counting } from '#src/subscribers/count-requests';

/** The statements that count requests. */

export async function insertCounts(db: Db, requests: readonly Counting[], now: Date): Promise<Count[][]> {
  const asked = requests.flatMap(({ buckets, windowMs }, request) =>
    buckets.map(({ key, most }, n) => ({ request, place: n + 1, key, most, lasts: `${windowMs} milliseconds` })),
  );
  const all = <Name extends keyof (typeof asked)[number]>(name: Name) => asked.map((one) => one[name]);
  const { rows } = await sql<Count & { request: number }>`${prepared}
    SELECT request, place, counted, (extract(epoch FROM until - ${now}::timestamptz) * 1000)::integer AS "resetsInMs"
    FROM count_requests(${all('request')}::integer[], ${all('place')}::integer[], ${all('key')}::text[], ${all('most')}::integer[],
      ${all('lasts')}::interval[], ${now}::timestamptz)`.execute(db);
  const counts = requests.map((): Count[] => []);
  for (const { request, ...count } of rows) counts[request]?.push(count);
  return counts;
}

/** Not while requests are counted: both hold many buckets, and would wait for each other in a circle. */
export async function deleteOldCounts(db: Db, now: Date): Promise<void> {
  await sql`DELETE FROM request_count USING pg_advisory_xact_lock(hashtext('request_count')) WHERE resets_at < ${now}`.execute(db);
}
