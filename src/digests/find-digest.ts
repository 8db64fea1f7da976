import { type Selectable, sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { Database } from '#src/db/tables';
import type { Digest, DigestArticle } from '#src/digests/digest';
import { Refusal } from '#src/errors';

const idPattern = /^[0-9]{1,18}$/;

/** @throws Refusal not-found, for an id of another shape too */
export async function findDigest(db: Db, digestId: string): Promise<Digest> {
  const row = idPattern.test(digestId) ? await selectDigests(db).where('digest.id', '=', digestId).executeTakeFirst() : undefined;
  if (!row) throw new Refusal('not-found', 'There is no such digest.');
  return digestOf(row);
}

/** What a digest is made of: the editor's words, and the article as it is now. */
export interface ChosenArticle extends DigestArticle {
  article: Selectable<Database['article']>;
}

/** In their order. */
export async function chosenArticles(db: Db, digestId: string): Promise<ChosenArticle[]> {
  const rows = await db
    .selectFrom('digest_article as chosen')
    .innerJoin('article', 'article.id', 'chosen.article_id')
    .selectAll('article')
    .select(['chosen.slot', 'chosen.headline as own_headline', 'chosen.description as own_description', 'chosen.why_it_matters'])
    .where('chosen.digest_id', '=', digestId)
    .orderBy('chosen.position')
    .execute();
  return rows.map(({ slot, own_headline, own_description, why_it_matters, ...article }) => ({
    articleId: article.id,
    slot,
    headline: own_headline,
    description: own_description,
    whyItMatters: why_it_matters,
    article,
  }));
}

/** Digests with their newsletter, for reads that add their own conditions. */
export function selectDigests(db: Db) {
  return db
    .selectFrom('digest')
    .innerJoin('newsletter', 'newsletter.id', 'digest.newsletter_id')
    .selectAll('digest')
    .select([newsletter.as('newsletter'), leadHeadline.as('lead_headline')]);
}

const newsletter = sql<Digest['newsletter']>`json_build_object('id', newsletter.id::text, 'slug', newsletter.slug, 'name', newsletter.name,
  'language', newsletter.language, 'zone', newsletter.zone)`;

const leadHeadline = sql<string | null>`(
  SELECT coalesce(chosen.headline, article.headline) FROM digest_article AS chosen JOIN article ON article.id = chosen.article_id
  WHERE chosen.digest_id = digest.id ORDER BY chosen.position LIMIT 1)`;

type DigestRow = Selectable<Database['digest']> & { newsletter: Digest['newsletter']; lead_headline: string | null };

export function digestOf(row: DigestRow): Digest {
  return {
    id: row.id,
    newsletter: row.newsletter,
    cadence: row.cadence,
    occasion: row.occasion,
    slug: row.slug,
    state: row.state,
    stateReason: row.state_reason,
    subject: row.subject,
    preheader: row.preheader,
    leadHeadline: row.lead_headline,
    note: row.note,
    version: row.version,
    approvedHash: row.approved_hash,
    expectedRecipients: row.expected_recipients,
    sendAt: row.send_at,
    sendZone: row.send_zone,
    holdSeconds: row.hold_seconds,
    holdUntil: row.hold_until,
    sendBy: row.send_by,
    contentVersion: row.content_version,
    canary: row.canary,
    corrects:
      row.corrects_digest_id === null || row.corrects_version === null
        ? null
        : { digestId: row.corrects_digest_id, version: row.corrects_version },
    frozenCount: row.frozen_count,
    frozenAt: row.frozen_at,
    finishedAt: row.finished_at,
    withdrawnAt: row.withdrawn_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
