import { sql } from 'kysely';
import type { Db } from '#src/db/client';

/**
 * Nobody takes a cancelled digest's slices any more: once nobody holds them they are closed, so that no lease passes over them and no gauge calls
 * them a backlog. Their readers keep the state they had; an hour is longer than any sender holds on.
 */
export async function closeCancelled(db: Db, now: Date): Promise<void> {
  await sql`
    UPDATE slice SET closed = true FROM digest
    WHERE digest.state = 'cancelled' AND digest.finished_at > ${now}::timestamptz - interval '1 hour'
      AND slice.digest_id = digest.id AND NOT slice.closed AND slice.owner IS NULL`.execute(db);
}
