import { sql } from 'kysely';
import type { Db } from '#src/db/client';

/** This month's partitions of the ledger and the next two months'. */
export async function ensureLedgerPartitions(db: Db, now: Date): Promise<void> {
  for (const months of [0, 1, 2])
    await sql`SELECT ensure_ledger_partitions(${now}::timestamptz + ${months} * interval '1 month')`.execute(db);
}
