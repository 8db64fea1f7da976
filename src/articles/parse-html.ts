import { parse } from 'parse5';
import type { RawArticle } from '#src/articles/article';
import { readDateLine } from '#src/articles/date-line';
import { attributeOf, type Element, elementsOf, rawTextOf } from '#src/articles/html-tree';
import { readJsonLd } from '#src/articles/json-ld';
import { readMeta } from '#src/articles/page-meta';
import type { PageArticle } from '#src/articles/page-article';
import { paragraphsOf } from '#src/articles/page-paragraphs';
import { isSignUpLine } from '#src/articles/sign-up-line';
import { Refusal } from '#src/errors';

/**
 * Reads an article from a page: its JSON-LD first, then its meta elements and headings, then its readable paragraphs. Times without an
 * offset are `zone`'s. `address` is where the page came from.
 */
export function parseHtml(html: string, zone: string, address?: string): RawArticle {
  const elements = [...elementsOf(parse(html))];
  const said: PageArticle = { ...readMeta(elements), ...readJsonLd(scriptsOf(elements)) };
  const body = bodyOf(said.articleBody ?? [], paragraphsOf(elements));
  const url = canonical(said.url ?? undefined, address);
  return {
    ...said,
    headline: said.headline ?? headingOf(elements),
    datePublished: published(said.datePublished, elements, zone),
    dateModified: said.dateModified === undefined ? null : (readTime(said.dateModified, zone)?.toISOString() ?? null),
    ...(url === undefined ? {} : { url }),
    articleBody: isSignUpLine(body.at(-1) ?? '') ? body.slice(0, -1) : body,
  };
}

function scriptsOf(elements: Element[]): string[] {
  return elements.filter(isJsonLd).map(rawTextOf);
}

function isJsonLd(element: Element): boolean {
  return element.tagName === 'script' && /^\s*application\/ld\+json\b/i.test(attributeOf(element, 'type') ?? '');
}

/** JSON-LD often has the text in one piece; the page then knows better where a paragraph ends. */
function bodyOf(said: string[], shown: string[]): string[] {
  return said.length > 1 || shown.length === 0 ? said : shown;
}

function headingOf(elements: Element[]): string {
  const title = elements.find(({ tagName }) => tagName === 'title');
  if (title) return rawTextOf(title);
  throw fault('/headline', 'The page has neither JSON-LD, a title nor a heading that could be a headline.');
}

function published(said: string | undefined, elements: Element[], zone: string): string {
  const shown = elements.find(({ tagName }) => tagName === 'time');
  const written = said ?? (shown && attributeOf(shown, 'datetime'));
  const moment = written === undefined ? null : readTime(written, zone);
  if (moment) return moment.toISOString();
  throw fault(
    '/datePublished',
    written === undefined ? 'The page does not say when the article was published.' : `"${written.slice(0, 100)}" is no time.`,
  );
}

function readTime(written: string, zone: string): Date | null {
  const moment = readDateLine(written, zone);
  return moment === 'impossible' ? null : moment;
}

/** The page's own canonical address counts only for the site that it came from. */
function canonical(said: string | undefined, address: string | undefined): string | undefined {
  if (said === undefined || !URL.canParse(said, address)) return address;
  const url = new URL(said, address);
  return address !== undefined && new URL(address).host !== url.host ? address : url.href;
}

function fault(pointer: string, detail: string): Refusal {
  return new Refusal('invalid', detail, { faults: [{ pointer, detail }] });
}
