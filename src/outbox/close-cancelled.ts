import { sql } from 'kysely';
import type { Db } from '#src/db/client';

/**
 * Nobody takes a cancelled digest's slices any more: once nobody holds them they are closed, so that no lease passes over them and no gauge calls
 * them a backlog, however long ago that was: open slices are few, and have an index. Their readers keep the state they had.
 */
export async function closeCancelled(db: Db): Promise<void> {
  await sql`
    UPDATE slice SET closed = true FROM digest
    WHERE digest.state = 'cancelled' AND slice.digest_id = digest.id AND NOT slice.closed AND slice.owner IS NULL`.execute(db);
}
