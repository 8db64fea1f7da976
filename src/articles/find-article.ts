import type { Article } from '#src/articles/article';
import { selectArticle } from '#src/articles/queries';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';

export async function findArticle(ctx: Context, id: string): Promise<Article> {
  const article = await selectArticle(ctx.db, id);
  if (!article) throw new Refusal('not-found', 'There is no such article.');
  return article;
}
