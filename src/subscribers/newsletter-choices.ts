import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { Cadence } from '#src/db/tables';

/** A newsletter that can be joined, with what one person gets of it. */
export interface NewsletterOfReader {
  id: string;
  slug: string;
  name: string;
  language: string;
  subscribed: boolean;
  cadences: Cadence[];
}

/** The open newsletters, and those the person gets though they are closed. */
export async function newsletterChoices(db: Db, subscriberId: string): Promise<NewsletterOfReader[]> {
  const { rows } = await sql<NewsletterOfReader>`
    SELECT newsletter.id, slug, name, newsletter.language, coalesce(subscription.state = 'active', false) AS subscribed,
      CASE WHEN subscription.state = 'active' THEN subscription.cadences ELSE '{}' END AS cadences
    FROM newsletter LEFT JOIN subscription ON subscription.newsletter_id = newsletter.id AND subscription.subscriber_id = ${subscriberId}
    WHERE is_open OR subscription.state = 'active'
    ORDER BY newsletter.id`.execute(db);
  return rows;
}
