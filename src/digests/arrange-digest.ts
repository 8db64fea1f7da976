import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { changeDraft } from '#src/digests/change-draft';
import type { ArrangedArticle, Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { replaceArticles } from '#src/digests/queries';
import { type Fault, Refusal } from '#src/errors';

/**
 * The digest's articles, all of them, in their order. Where no slot is said the first article is the top one and the others are in brief.
 *
 * @throws Refusal invalid, with a fault for each article that is unknown or named twice
 */
export async function arrangeDigest(
  ctx: Context,
  digestId: string,
  { articles, ifMatch = null }: { articles: readonly ArrangedArticle[]; ifMatch?: number | null },
): Promise<Digest> {
  await ctx.db.transaction().execute(async (tx) => {
    await changeDraft(tx, digestId, ifMatch, {});
    await seatArticles(tx, digestId, articles, '/items');
  });
  return findDigest(ctx.db, digestId);
}

/** `pointer` is where the caller's list stands in what the caller sent. */
export async function seatArticles(tx: Tx, digestId: string, articles: readonly ArrangedArticle[], pointer: string): Promise<void> {
  const faults = await faultsOf(tx, articles, pointer);
  if (faults.length > 0) throw new Refusal('invalid', 'The articles cannot be arranged like this.', { faults });
  const hasTop = articles.some(({ slot }) => slot === 'top');
  const seated = articles.map((article, place) => ({ ...article, slot: article.slot ?? (place === 0 && !hasTop ? 'top' : 'brief') }));
  await replaceArticles(tx, digestId, seated);
}

async function faultsOf(tx: Tx, articles: readonly ArrangedArticle[], pointer: string): Promise<Fault[]> {
  if (articles.length === 0) return [];
  const ids = articles.map(({ articleId }) => articleId);
  const stored = await tx.selectFrom('article').select('id').where('id', 'in', ids).execute();
  const known = new Set(stored.map(({ id }) => id));
  const place = (index: number): string => (pointer === '/items' ? `${pointer}/${index}/articleId` : `${pointer}/${index}`);
  return ids.flatMap((id, index) => {
    if (!known.has(id)) return [{ pointer: place(index), detail: 'names no stored article' }];
    return ids.indexOf(id) < index ? [{ pointer: place(index), detail: 'is in the list twice' }] : [];
  });
}
