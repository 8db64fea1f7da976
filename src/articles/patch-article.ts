import { type ArticleChange, type ArticleContent, contentOf, type StoredArticle } from '#src/articles/article';
import { headlineMissing } from '#src/articles/headline-notes';
import { lockArticle } from '#src/articles/queries';
import { replaceContent, requireVersion } from '#src/articles/store-article';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';

/** Changes what `change` names. */
export async function patchArticle(ctx: Context, id: string, change: ArticleChange, ifMatch: number | null = null): Promise<StoredArticle> {
  return ctx.db.transaction().execute(async (tx) => {
    const existing = await lockArticle(tx, id);
    if (!existing) throw new Refusal('not-found', 'There is no such article.');
    requireVersion(existing, ifMatch);
    return replaceContent(tx, existing, changed(contentOf(existing), change), ctx.now());
  });
}

/** A headline that is given answers the note that it was missing. */
function changed(content: ArticleContent, change: ArticleChange): ArticleContent {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<ArticleContent>;
  const notes = change.headline === undefined ? content.notes : content.notes.filter((note) => note !== headlineMissing);
  return { ...content, notes, ...given };
}
