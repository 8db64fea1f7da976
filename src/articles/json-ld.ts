import { type PageArticle, said } from '#src/articles/page-article';
import { plainTextOfHtml } from '#src/articles/plain-text';

type Node = Record<string, unknown>;

const article = /^(?:https?:\/\/schema\.org\/)?(?:\w*Article|BlogPosting|Report|LiveBlogPosting)$/;
const nodesAtMost = 2_000;

/** The first article in a page's JSON-LD scripts (`@graph` walked). A script that is no JSON says nothing. */
export function readJsonLd(scripts: string[]): PageArticle {
  for (const script of scripts) {
    const node = findArticle(readJson(script));
    if (node) return fromJsonLd(node);
  }
  return {};
}

/** Null when nothing in `root` is an article. */
export function findArticle(root: unknown): Node | null {
  const open: unknown[] = [root];
  for (let seen = 0; open.length > 0 && seen < nodesAtMost; seen += 1) {
    const value = open.shift();
    if (Array.isArray(value)) for (const each of value) open.push(each);
    if (!isNode(value)) continue;
    if (wordsOf(value['@type']).some((type) => article.test(type))) return value;
    open.push(value['@graph'], value['mainEntity'], value['mainEntityOfPage']);
  }
  return null;
}

export function fromJsonLd(node: Node): PageArticle {
  const text = (name: string) => plainTextOfHtml(wordsOf(node[name])[0] ?? '');
  return said({
    headline: text('headline') || text('name'),
    alternativeHeadline: text('alternativeHeadline'),
    description: text('description'),
    url: wordsOf(node['url'])[0] ?? wordsOf(node['mainEntityOfPage'])[0],
    datePublished: text('datePublished'),
    dateModified: text('dateModified'),
    inLanguage: languageTag(text('inLanguage')),
    articleSection: text('articleSection'),
    keywords: wordsOf(node['keywords'])
      .flatMap((words) => plainTextOfHtml(words).split(','))
      .slice(0, 50),
    author: wordsOf(node['author']).map(plainTextOfHtml),
    articleBody: wordsOf(node['articleBody']).flatMap(paragraphsOf),
    image: imageOf(node['image']),
  });
}

function paragraphsOf(body: string): string[] {
  return body
    .split(/\n|<\/p>/)
    .map(plainTextOfHtml)
    .filter(Boolean);
}

/** Pages also say "English". */
export function languageTag(written: string): string | undefined {
  const tag = written.replace('_', '-');
  return /^[a-z]{2,3}(-[a-z\d]{2,8})*$/i.test(tag) ? tag : undefined;
}

/** Strings as they are, things by their name or id, several in order. */
function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.slice(0, 100).flatMap((each) => (Array.isArray(each) ? [] : wordsOf(each)));
  return isNode(value) ? wordsOf(value['name'] ?? value['@id'] ?? value['url']) : [];
}

/** An image that an email can show: https, and its size is known. */
function imageOf(value: unknown) {
  const image = Array.isArray(value) ? value.find(isNode) : value;
  if (!isNode(image)) return undefined;
  const [url, width, height] = [image['url'] ?? image['contentUrl'], pixelsOf(image['width']), pixelsOf(image['height'])];
  if (typeof url !== 'string' || !/^https:\/\//i.test(url) || !URL.canParse(url) || width === null || height === null) return undefined;
  return { url, alt: plainTextOfHtml(wordsOf(image['caption'])[0] ?? ''), width, height };
}

function pixelsOf(value: unknown): number | null {
  const pixels = Number.parseInt(wordsOf(value)[0] ?? String(isNode(value) ? value['value'] : value), 10);
  return pixels > 0 && pixels <= 10_000 ? pixels : null;
}

function readJson(script: string): unknown {
  try {
    return JSON.parse(script);
  } catch {
    return null;
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
