import { sql } from 'kysely';
import type { Db } from '#src/db/client';

export interface WantedFresh {
  newsletterId: string;
  now: Date;
  limit: number;
}

/**
 * Ids of what a newsletter's next digest is made of, newest first: articles in its language that came since its last digest, were in none of
 * its digests, and may go out. Before the first digest, those of the last day.
 */
export async function freshArticles(db: Db, { newsletterId, now, limit }: WantedFresh): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH last AS (
      SELECT coalesce(max(send_at), ${now}::timestamptz - interval '1 day') AS sent_at FROM digest
      WHERE newsletter_id = ${newsletterId} AND state IN ('frozen', 'holding', 'sending', 'paused', 'finished')
    )
    SELECT article.id FROM last, article
    JOIN newsletter ON newsletter.id = ${newsletterId} AND split_part(lower(article.in_language), '-', 1) = split_part(lower(newsletter.language), '-', 1)
    WHERE greatest(article.date_published, article.stored_at, article.embargoed_until) > last.sent_at
      AND article.date_published <= ${now}
      AND article.withdrawn_at IS NULL
      AND (article.embargoed_until IS NULL OR article.embargoed_until <= ${now})
      AND NOT EXISTS (
        SELECT 1 FROM digest_article JOIN digest ON digest.id = digest_article.digest_id
        WHERE digest_article.article_id = article.id AND digest.newsletter_id = ${newsletterId}
          AND digest.state NOT IN ('cancelled', 'skipped'))
    ORDER BY article.date_published DESC, article.id DESC
    LIMIT ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}
