import { z } from 'zod';
import { type Article, ArticleId } from '#src/articles/article';
import { instant } from '#src/articles/article-fields';
import { readSearch } from '#src/articles/article-search';
import { selectArticles } from '#src/articles/queries';
import type { Context } from '#src/context';

/** The place after an article in the list. */
export const ArticlePlace = z.strictObject({ datePublished: instant, id: ArticleId });

export interface ArticleQuery {
  after?: z.infer<typeof ArticlePlace> | undefined;
  limit: number;
  /** Words as people type them; the last may be the beginning of one. */
  q?: string | undefined;
  section?: string | undefined;
  /** True: in no digest that left; false: in one. */
  unused?: boolean | undefined;
}

/** Stored articles, newest first. */
export async function listArticles(ctx: Context, { q, ...filter }: ArticleQuery): Promise<Article[]> {
  return selectArticles(ctx.db, { ...filter, search: q === undefined ? undefined : readSearch(q) });
}

export function placeOf(article: Article): z.input<typeof ArticlePlace> {
  return { datePublished: article.datePublished.toISOString(), id: article.id };
}
