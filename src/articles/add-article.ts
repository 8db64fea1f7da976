import { createHash, randomBytes } from 'node:crypto';
import type { ArticleInput, StoredArticle } from '#src/articles/article';
import { selectIdByUrl } from '#src/articles/queries';
import { storeArticle } from '#src/articles/store-article';
import type { Context } from '#src/context';

/** Stores an article that has no id yet. One with an address is the same article when it comes again. */
export async function addArticle(ctx: Context, input: ArticleInput): Promise<StoredArticle> {
  const known = input.url === null ? null : await selectIdByUrl(ctx.db, input.url);
  return storeArticle(ctx, known ?? newId(input), input);
}

/** Readable, and for one address always the same. */
function newId({ headline, url }: ArticleInput): string {
  const words = headline
    .toLowerCase()
    .normalize('NFC')
    .match(/[\p{L}\p{M}\p{N}]+/gu)
    ?.join('-')
    .slice(0, 60)
    .toWellFormed()
    .replace(/[-\uFFFD]+$/, '');
  const tail = url === null ? randomBytes(5) : createHash('sha256').update(url).digest().subarray(0, 5);
  return [words, tail.toString('hex')].filter(Boolean).join('-');
}
