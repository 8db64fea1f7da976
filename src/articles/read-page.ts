import type { ArticleInput } from '#src/articles/article';
import { checkArticle } from '#src/articles/check-article';
import { fetchPage } from '#src/articles/fetch-page';
import { parseHtml } from '#src/articles/parse-html';

/** The article at an address on the public internet. Its times are `zone`'s unless they have an offset. */
export async function readPage(url: string, zone: string): Promise<ArticleInput> {
  const { address, html } = await fetchPage(url);
  return checkArticle(parseHtml(html, zone, address));
}
