import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { SuppressionReason } from '#src/db/tables';

/** An address that is never mailed. Where only its hash may be kept, `address` is null. */
export interface SuppressionRecord {
  id: string;
  address: string | null;
  reason: SuppressionReason;
  detail: string | null;
  createdAt: Date;
}

/** The newest first. */
export async function selectSuppressions(db: Db, condition: RawBuilder<unknown>, limit: number): Promise<SuppressionRecord[]> {
  const { rows } = await sql<SuppressionRecord>`
    SELECT id, address, reason, detail, created_at AS "createdAt" FROM suppression WHERE ${condition} ORDER BY id DESC LIMIT ${limit}`.execute(
    db,
  );
  return rows;
}
