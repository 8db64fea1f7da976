import { sql } from 'kysely';
import type { Db } from '#src/db/client';

export interface Unreminded {
  subscriptionId: string;
  address: string;
}

/** Sign-ups between one day and two days old that wait for their confirmation and have had no reminder; older ones are left in peace. */
export async function unreminded(db: Db, now: Date): Promise<Unreminded[]> {
  const { rows } = await sql<Unreminded>`
    SELECT subscription.id AS "subscriptionId", address FROM subscription JOIN subscriber ON subscriber.id = subscriber_id
    WHERE subscription.state = 'pending' AND address IS NOT NULL AND asked_at <= ${now}::timestamptz - interval '24 hours' AND asked_at > ${now}::timestamptz - interval '48 hours'
      AND (reminded_at IS NULL OR reminded_at < asked_at)
    ORDER BY asked_at LIMIT 1000`.execute(db);
  return rows;
}
