import { attributeOf, type Element, textOf } from '#src/articles/html-tree';
import { languageTag } from '#src/articles/json-ld';
import { type PageArticle, said } from '#src/articles/page-article';
import { cleanText } from '#src/mail/clean-text';

/** What the head of a page, its language and its first heading say of the article. */
export function readMeta(elements: Element[]): PageArticle {
  const meta = metaOf(elements);
  const heading = elements.find(({ tagName }) => tagName === 'h1');
  return said({
    headline: meta.get('og:title') ?? (heading && cleanText(textOf(heading))),
    description: meta.get('og:description') ?? meta.get('description'),
    url: linkOf(elements) ?? meta.get('og:url'),
    datePublished: meta.get('article:published_time') ?? meta.get('date'),
    dateModified: meta.get('article:modified_time'),
    inLanguage: languageOf(elements),
    articleSection: meta.get('article:section'),
    author: meta.get('author'),
  });
}

/** The first of each name counts. */
function metaOf(elements: Element[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const element of elements) {
    if (element.tagName !== 'meta') continue;
    const name = (attributeOf(element, 'property') ?? attributeOf(element, 'name') ?? '').toLowerCase();
    if (!found.has(name)) found.set(name, cleanText(attributeOf(element, 'content') ?? ''));
  }
  return found;
}

function linkOf(elements: Element[]): string | undefined {
  const link = elements.find((element) => element.tagName === 'link' && attributeOf(element, 'rel')?.toLowerCase() === 'canonical');
  return link && attributeOf(link, 'href');
}

function languageOf(elements: Element[]): string | undefined {
  const root = elements.find(({ tagName }) => tagName === 'html');
  return languageTag((root && attributeOf(root, 'lang')) ?? '');
}
