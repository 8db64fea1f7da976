import { sql } from 'kysely';
import type { Tx } from '#src/db/client';
import { type Audience, audience } from '#src/outbox/audience';
import { readersPerSlice } from '#src/outbox/delivery';

/** `variants`: which frame languages share one prepared skeleton. A reader whose language none of them names gets the first. */
export interface Freeze extends Audience {
  digestId: string;
  lane: 1 | 2;
  variants: { variant: number; languages: string[] }[];
  notBefore: Date;
}

/** Writes the deliveries of a digest and cuts them into slices, in the caller's transaction. Returns how many readers that is. */
export async function freezeAudience(tx: Tx, freeze: Freeze): Promise<number> {
  const { digestId, lane, notBefore } = freeze;
  await sql`SELECT ensure_ledger_partitions(to_timestamp((${digestId}::bigint / 4096) / 1000.0))`.execute(tx);
  await sql`SET LOCAL work_mem = '64MB'`.execute(tx); // a million readers are cut into slices without the disk
  const { numAffectedRows } = await sql`
    INSERT INTO delivery (digest_id, subscriber_id, lot)
    SELECT ${digestId}, reader.subscriber_id, ${lotOf(freeze)}
    FROM (${audience(freeze)}) AS reader ORDER BY reader.subscriber_id`.execute(tx); // in the order of its key: a fifth less
  await sql`
    INSERT INTO slice (digest_id, n, lot, lo, hi, size, lane, not_before)
    SELECT ${digestId}, row_number() OVER (ORDER BY lot, piece), lot, min(subscriber_id), max(subscriber_id), count(*), ${lane}, ${notBefore}
    FROM (
      SELECT lot, subscriber_id, (row_number() OVER (PARTITION BY lot ORDER BY subscriber_id) - 1) / ${readersPerSlice} AS piece
      FROM delivery WHERE digest_id = ${digestId}
    ) AS cut
    GROUP BY lot, piece`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

function lotOf({ variants }: Freeze) {
  const others = variants.slice(1).map(({ variant, languages }) => sql`WHEN reader.language = ANY(${languages}) THEN ${variant}::smallint`);
  const first = sql`${variants[0]?.variant ?? 0}::smallint`;
  return others.length === 0 ? first : sql`CASE ${sql.join(others, sql` `)} ELSE ${first} END`;
}
