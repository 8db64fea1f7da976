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
  /** The clock of its newsletter. */
  zone: string;
}

/** Its readers are fixed and its first message may have left. One that was cancelled in mid-send was read by some. */
export const publicStates: readonly DigestState[] = ['sending', 'paused', 'finished', 'cancelled'];

/** To the millisecond, as pages can tell it again. */
const publishedAt = sql<Date>`date_trunc('milliseconds', coalesce(digest.send_at, digest.frozen_at))`;

export interface WantedPublished {
  newsletterId?: string | undefined;
  /** Words that stand in its subject or in the headlines of its articles. */
  search?: string | undefined;
  /** Only those before this one. */
  before?: { publishedAt: Date; id: string } | undefined;
  limit: number;
}

/** Newest first. */
export async function publishedDigests(db: Db, { newsletterId, search, before, limit }: WantedPublished): Promise<PublishedDigest[]> {
  return selectPublished(db)
    .where('digest.withdrawn_at', 'is', null)
    .where((row) => (newsletterId === undefined ? row.lit(true) : row('digest.newsletter_id', '=', newsletterId)))
    .where((row) => (search ? holdsWords(search) : row.lit(true)))
    .where((row) =>
      before ? sql<boolean>`(${publishedAt}, digest.id) < (${before.publishedAt}::timestamptz, ${before.id}::bigint)` : row.lit(true),
    )
    .orderBy(publishedAt, 'desc')
    .orderBy('digest.id', 'desc')
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
      publishedAt.as('publishedAt'),
      'newsletter.zone',
    ])
    .where('digest.slug', 'is not', null)
    .where('digest.state', 'in', publicStates);
}

function holdsWords(search: string) {
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`(content.email->>'subject' ILIKE ${pattern} OR EXISTS (
    SELECT 1 FROM jsonb_array_elements(content.email->'articles') AS article WHERE article->>'headline' ILIKE ${pattern}))`;
}
