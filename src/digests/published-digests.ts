import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { DigestState } from '#src/db/tables';

/** A digest that readers have had, as the archive, the feeds and the welcome page show it. */
export interface PublishedDigest {
  id: string;
  slug: string;
  newsletterSlug: string;
  newsletterName: string;
  language: string;
  subject: string;
  preheader: string;
  publishedAt: Date;
}

/** Its readers are fixed and its first message may have left. One that was cancelled in mid-send was read by some. */
export const publicStates: readonly DigestState[] = ['sending', 'paused', 'finished', 'cancelled'];

export interface WantedPublished {
  newsletterId?: string | undefined;
  /** Words that stand in its subject or in the headlines of its articles. */
  search?: string | undefined;
  limit: number;
}

/** Newest first. */
export async function publishedDigests(db: Db, { newsletterId, search, limit }: WantedPublished): Promise<PublishedDigest[]> {
  return selectPublished(db)
    .where('digest.withdrawn_at', 'is', null)
    .where((row) => (newsletterId === undefined ? row.lit(true) : row('digest.newsletter_id', '=', newsletterId)))
    .where((row) => (search ? holdsWords(search) : row.lit(true)))
    .orderBy('digest.send_at', 'desc')
    .limit(limit)
    .execute();
}

/** The latest digest of a newsletter that its readers have had; null before the first. */
export async function latestPublished(db: Db, newsletterId: string): Promise<PublishedDigest | null> {
  return (await publishedDigests(db, { newsletterId, limit: 1 }))[0] ?? null;
}

export function selectPublished(db: Db) {
  return db
    .selectFrom('digest')
    .innerJoin('newsletter', 'newsletter.id', 'digest.newsletter_id')
    .innerJoin('content', (join) =>
      join
        .onRef('content.digest_id', '=', 'digest.id')
        .onRef('content.version', '=', 'digest.content_version')
        .on('content.variant', '=', 0),
    )
    .select([
      'digest.id',
      sql<string>`digest.slug`.as('slug'),
      'newsletter.slug as newsletterSlug',
      'newsletter.name as newsletterName',
      'newsletter.language',
      sql<string>`content.email->>'subject'`.as('subject'),
      sql<string>`content.email->>'preheader'`.as('preheader'),
      sql<Date>`coalesce(digest.send_at, digest.frozen_at)`.as('publishedAt'),
    ])
    .where('digest.slug', 'is not', null)
    .where('digest.state', 'in', publicStates);
}

function holdsWords(search: string) {
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`(content.email->>'subject' ILIKE ${pattern} OR EXISTS (
    SELECT 1 FROM jsonb_array_elements(content.email->'articles') AS article WHERE article->>'headline' ILIKE ${pattern}))`;
}
