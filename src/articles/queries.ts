import { type Selectable, sql } from 'kysely';
import type { Article, ArticleContent } from '#src/articles/article';
import type { Search } from '#src/articles/article-search';
import type { Db, Tx } from '#src/db/client';
import type { Database } from '#src/db/tables';

type Row = Selectable<Database['article']>;

export async function selectArticle(db: Db | Tx, id: string): Promise<Article | null> {
  const row = await db.selectFrom('article').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? fromRow(row) : null;
}

export async function lockArticle(tx: Tx, id: string): Promise<Article | null> {
  const row = await tx.selectFrom('article').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row ? fromRow(row) : null;
}

export async function selectIdByUrl(db: Db | Tx, url: string): Promise<string | null> {
  const row = await db.selectFrom('article').select('id').where('url', '=', url).orderBy('stored_at').limit(1).executeTakeFirst();
  return row?.id ?? null;
}

/** Null when the id was taken in the meantime. */
export async function insertArticle(tx: Tx, id: string, content: ArticleContent, now: Date): Promise<Article | null> {
  const row = await tx
    .insertInto('article')
    .values({ id, ...toRow(content), stored_at: now, updated_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
  return row ? fromRow(row) : null;
}

export async function updateArticle(tx: Tx, id: string, content: ArticleContent, now: Date): Promise<Article> {
  const change = { ...toRow(content), version: sql<number>`version + 1`, updated_at: now };
  return fromRow(await tx.updateTable('article').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow());
}

export interface ArticleFilter {
  /** Where the page before ended. */
  after?: { datePublished: Date; id: string } | undefined;
  limit: number;
  search?: Search | undefined;
  section?: string | undefined;
  unused?: boolean | undefined;
}

/** Newest first. */
export async function selectArticles(db: Db, filter: ArticleFilter): Promise<Article[]> {
  const { after, search, section, unused } = filter;
  const rows = await db
    .selectFrom('article')
    .selectAll()
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(date_published, id) < (${after?.datePublished}::timestamptz, ${after?.id})`),
    )
    .$if(search !== undefined, (query) => query.where(matches(search ?? { plain: '', web: '' })))
    .$if(section !== undefined, (query) => query.where(sql<boolean>`lower(article_section) = lower(${section})`))
    .$if(unused !== undefined, (query) => query.where(sql<boolean>`${hasLeft} = ${!unused}`))
    .orderBy('date_published', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute();
  return rows.map(fromRow);
}

/** Whether a reader may have it in a digest already. One that was cancelled may have left in part. */
const hasLeft = sql<boolean>`EXISTS (
  SELECT FROM digest_article
  JOIN digest ON digest.id = digest_article.digest_id
  WHERE digest_article.article_id = article.id
    AND (digest.state IN ('frozen', 'holding', 'sending', 'paused', 'finished')
      OR digest.state = 'cancelled' AND EXISTS (SELECT FROM slice WHERE slice.digest_id = digest.id AND accepted + unknown > 0)))`;

/** An empty one of the two asks for nothing; both: nothing is found. */
function matches({ plain, web }: Search) {
  return sql<boolean>`search @@ (to_tsquery('simple', ${plain}) && websearch_to_tsquery('simple', ${web}))`;
}

function toRow(content: ArticleContent) {
  return {
    headline: content.headline,
    alternative_headline: content.alternativeHeadline,
    description: content.description,
    url: content.url,
    date_published: content.datePublished,
    date_modified: content.dateModified,
    in_language: content.inLanguage,
    article_section: content.articleSection,
    keywords: content.keywords,
    author: content.author,
    image: content.image && JSON.stringify(content.image),
    article_body: content.articleBody,
    kind: content.kind,
    embargoed_until: content.embargoedUntil,
    withdrawn_at: content.withdrawnAt,
    notes: content.notes,
  };
}

function fromRow(row: Row): Article {
  return {
    id: row.id,
    headline: row.headline,
    alternativeHeadline: row.alternative_headline,
    description: row.description,
    url: row.url,
    datePublished: row.date_published,
    dateModified: row.date_modified,
    inLanguage: row.in_language,
    articleSection: row.article_section,
    keywords: row.keywords,
    author: row.author,
    image: row.image,
    articleBody: row.article_body,
    kind: row.kind,
    embargoedUntil: row.embargoed_until,
    withdrawnAt: row.withdrawn_at,
    notes: row.notes,
    version: row.version,
    storedAt: row.stored_at,
  };
}
