import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { Reader } from '#src/subscribers/reader';

/** The reader that a link names; null when they were erased or never confirmed in time. */
export async function findReader(db: Db, subscriptionId: string): Promise<Reader | null> {
  const { rows } = await sql<Reader>`
    SELECT subscription.id AS "subscriptionId", subscriber.id AS "subscriberId", subscriber.address, subscriber.state AS "subscriberState",
      subscription.state, subscription.language, subscription.cadences, subscription.paused_until AS "pausedUntil",
      subscription.confirmed_at AS "confirmedAt", subscription.left_at AS "leftAt",
      (subscriber.version + (SELECT sum(version) FROM subscription AS own WHERE own.subscriber_id = subscriber.id))::text AS version,
      json_build_object('id', newsletter.id::text, 'slug', newsletter.slug, 'name', newsletter.name, 'language', newsletter.language,
        'zone', newsletter.zone, 'contactAddress', newsletter.contact_address) AS newsletter
    FROM subscription
    JOIN subscriber ON subscriber.id = subscription.subscriber_id
    JOIN newsletter ON newsletter.id = subscription.newsletter_id
    WHERE subscription.id = ${subscriptionId} AND subscriber.address IS NOT NULL`.execute(db);
  return rows[0] ?? null;
}
