import { isDeepStrictEqual } from 'node:util';
import { type Article, type ArticleContent, type ArticleInput, contentOf, type StoredArticle } from '#src/articles/article';
import { guessLanguage } from '#src/articles/guess-language';
import { noteHeadline } from '#src/articles/headline-notes';
import { insertArticle, lockArticle, updateArticle } from '#src/articles/queries';
import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { Refusal } from '#src/errors';

/** Stores the whole article under the publisher's own id. The same content again changes nothing, not even the version. */
export async function storeArticle(ctx: Context, id: string, input: ArticleInput, ifMatch: number | null = null): Promise<StoredArticle> {
  return ctx.db.transaction().execute(async (tx) => {
    const existing = await lockArticle(tx, id);
    requireVersion(existing, ifMatch);
    return existing ? replaceContent(tx, existing, complete(input, existing), ctx.now()) : createArticle(tx, id, input, ctx.now());
  });
}

async function createArticle(tx: Tx, id: string, input: ArticleInput, now: Date): Promise<StoredArticle> {
  const article = await insertArticle(tx, id, complete(input, null), now);
  if (article) return { article, outcome: 'created' };
  const winner = await lockArticle(tx, id); // somebody stored it between our look and our insert
  if (!winner) throw new Error(`Article ${id} is neither there nor can it be inserted`);
  return replaceContent(tx, winner, complete(input, winner), now);
}

/** `existing` is locked. */
export async function replaceContent(tx: Tx, existing: Article, content: ArticleContent, now: Date): Promise<StoredArticle> {
  const noted = { ...content, notes: noteHeadline(content.notes, content.headline) };
  if (isDeepStrictEqual(contentOf(existing), noted)) return { article: existing, outcome: 'unchanged' };
  return { article: await updateArticle(tx, existing.id, noted, now), outcome: 'changed' };
}

export function requireVersion(existing: Article | null, ifMatch: number | null): void {
  if (ifMatch !== null && existing?.version !== ifMatch) {
    throw new Refusal('version-changed', 'The article was changed since you read it: read it again.');
  }
}

function complete(input: ArticleInput, existing: Article | null): ArticleContent {
  return {
    ...input,
    inLanguage: input.inLanguage ?? guessLanguage(input.headline, input.description, ...input.articleBody),
    withdrawnAt: input.withdrawnAt === undefined ? (existing?.withdrawnAt ?? null) : input.withdrawnAt,
    notes: noteHeadline(input.notes, input.headline),
  };
}
