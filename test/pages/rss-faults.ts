import { isAbsolute, repeated } from './feed-values.js';
import { childrenOf, counted, linksOf, textOf, type XmlElement, unknownIn } from './xml-element.js';

/** RSS 2.0, and what the RSS Advisory Board's profile asks for. */
export function rssFaults(rss: XmlElement): string[] {
  if (rss.name !== 'rss' || rss.namespace !== '' || rss.attributes['version'] !== '2.0') return ['the root is no rss 2.0'];
  const [channel, ...more] = rss.children;
  if (!channel || channel.name !== 'channel' || more.length > 0) return ['there is not one channel'];
  const items = childrenOf(channel, 'item');
  return [
    ...counted(channel, { title: [1, 1], link: [1, 1], description: [1, 1], language: [0, 1], pubDate: [0, 1], lastBuildDate: [0, 1] }),
    ...['title', 'description'].flatMap((name) => (textOf(channel, name).trim() === '' ? [`channel: empty ${name}`] : [])),
    ...(isAbsolute(textOf(channel, 'link')) ? [] : ['channel: link']),
    ...(linksOf(channel, 'self').length === 1 ? [] : ['profile: no atom:link to itself']),
    ...unknownIn(channel, [
      'title',
      'link',
      'description',
      'language',
      'copyright',
      'pubDate',
      'lastBuildDate',
      'category',
      'generator',
      'docs',
      'ttl',
      'image',
      'item',
    ]),
    ...items.flatMap(rssItemFaults),
    ...repeated(items.map((item) => textOf(item, 'guid'))).map((guid) => `two items have the guid ${guid}`),
  ];
}

function rssItemFaults(item: XmlElement): string[] {
  const [guid] = childrenOf(item, 'guid');
  return [
    ...counted(item, { title: [1, 1], link: [1, 1], description: [0, 1], guid: [1, 1], pubDate: [1, 1], author: [0, 1] }),
    ...unknownIn(item, ['title', 'link', 'description', 'author', 'category', 'comments', 'enclosure', 'guid', 'pubDate', 'source']),
    ...(textOf(item, 'title').trim() === '' ? ['item: empty title'] : []),
    ...(isAbsolute(textOf(item, 'link')) ? [] : ['item: link']),
    ...(guid?.attributes['isPermaLink'] === 'false' || isAbsolute(guid?.text ?? '') ? [] : ['item: guid is no permanent link']),
    ...(isMailDate(textOf(item, 'pubDate')) ? [] : [`item: date ${textOf(item, 'pubDate')}`]),
    ...item.children.flatMap(({ name, children }) => (children.length > 0 ? [`item: ${name} has elements`] : [])),
  ];
}

/** RFC 822 with the four-digit year of RFC 2822; the weekday must be that day's. */
function isMailDate(text: string): boolean {
  const date = new Date(text);
  return /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(text) && !Number.isNaN(date.getTime()) && date.toUTCString() === text;
}
