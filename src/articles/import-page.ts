import type { StoredArticle } from '#src/articles/article';
import { addArticle } from '#src/articles/add-article';
import { readPage } from '#src/articles/read-page';
import type { Context } from '#src/context';
import { houseZone } from '#src/newsletters/house-zone';

/** Fetches a page of the publisher's and stores its article; the same page again updates it. */
export async function importPage(ctx: Context, url: string): Promise<StoredArticle> {
  return addArticle(ctx, await readPage(url, await houseZone(ctx)));
}
