import { isAbsolute, isDateTime, languageIsKnown, repeated } from './feed-values.js';

/** JSON Feed 1.1. */
export function jsonFeedFaults(feed: unknown): string[] {
  if (!isObject(feed)) return ['no object'];
  const items = Array.isArray(feed['items']) ? (feed['items'] as unknown[]) : [];
  return [
    ...(feed['version'] === 'https://jsonfeed.org/version/1.1' ? [] : ['version']),
    ...(isFilled(feed['title']) ? [] : ['title']),
    ...(Array.isArray(feed['items']) ? [] : ['items']),
    ...['home_page_url', 'feed_url'].flatMap((name) => (isAbsolute(feed[name]) ? [] : [name])),
    ...authorFaults(feed['authors']),
    ...foreign(feed, [
      'version',
      'title',
      'home_page_url',
      'feed_url',
      'description',
      'user_comment',
      'next_url',
      'icon',
      'favicon',
      'authors',
      'language',
      'expired',
      'hubs',
      'items',
    ]),
    ...items.flatMap((item) => (isObject(item) ? jsonItemFaults(item) : ['an item is no object'])),
    ...repeated(items.map((item) => String((item as Record<string, unknown>)['id']))).map((id) => `two items have the id ${id}`),
  ];
}

function jsonItemFaults(item: Record<string, unknown>): string[] {
  const dates = ['date_published', 'date_modified'].filter((name) => item[name] !== undefined);
  return [
    ...(isFilled(item['id']) ? [] : ['item: id']),
    ...(isFilled(item['content_text']) || isFilled(item['content_html']) ? [] : ['item: neither content_text nor content_html']),
    ...(item['url'] === undefined || isAbsolute(item['url']) ? [] : ['item: url']),
    ...dates.flatMap((name) => (isDateTime(String(item[name])) ? [] : [`item: ${name}`])),
    ...(languageIsKnown(item['language'] as string | undefined) ? [] : ['item: language']),
    ...authorFaults(item['authors']),
    ...foreign(item, [
      'id',
      'url',
      'external_url',
      'title',
      'content_html',
      'content_text',
      'summary',
      'image',
      'banner_image',
      'date_published',
      'date_modified',
      'authors',
      'tags',
      'language',
      'attachments',
    ]),
  ];
}

function authorFaults(authors: unknown): string[] {
  if (authors === undefined) return [];
  const areGood =
    Array.isArray(authors) && authors.every((author) => isObject(author) && (isFilled(author['name']) || isAbsolute(author['url'])));
  return areGood ? [] : ['authors'];
}

/** Extensions begin with an underscore. */
function foreign(part: Record<string, unknown>, known: string[]): string[] {
  return Object.keys(part).filter((key) => !known.includes(key) && !key.startsWith('_'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
