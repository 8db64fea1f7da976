import { isAbsolute, isDateTime, languageIsKnown, repeated } from './feed-values.js';
import { atom, childrenOf, counted, linksOf, textOf, type XmlElement, unknownIn } from './xml-element.js';

/** What RFC 4287 forbids or asks for in vain; with what it recommends (a link to itself) asked for too. Empty when all is well. */
export function atomFaults(feed: XmlElement): string[] {
  if (feed.name !== 'feed' || feed.namespace !== atom) return ['§4.1.1: the root is no atom:feed'];
  const entries = childrenOf(feed, 'entry');
  return [
    ...counted(feed, {
      id: [1, 1],
      title: [1, 1],
      updated: [1, 1],
      subtitle: [0, 1],
      rights: [0, 1],
      generator: [0, 1],
      icon: [0, 1],
      logo: [0, 1],
    }),
    ...unknownIn(feed, [
      'author',
      'category',
      'contributor',
      'entry',
      'generator',
      'icon',
      'id',
      'link',
      'logo',
      'rights',
      'subtitle',
      'title',
      'updated',
    ]),
    ...(linksOf(feed, 'self').length === 1 ? [] : ['§4.1.1: no link to itself']),
    ...(childrenOf(feed, 'author').length > 0 || entries.every((entry) => childrenOf(entry, 'author').length > 0)
      ? []
      : ['§4.1.1: no author']),
    ...[feed, ...entries].flatMap(atomPartFaults),
    ...entries.flatMap((entry) => [
      ...counted(entry, {
        id: [1, 1],
        title: [1, 1],
        updated: [1, 1],
        published: [0, 1],
        summary: [0, 1],
        content: [0, 1],
        rights: [0, 1],
        source: [0, 1],
      }),
      ...unknownIn(entry, [
        'author',
        'category',
        'content',
        'contributor',
        'id',
        'link',
        'published',
        'rights',
        'source',
        'summary',
        'title',
        'updated',
      ]),
      ...(childrenOf(entry, 'content').length > 0 || linksOf(entry, 'alternate').length > 0
        ? []
        : ['§4.1.2: neither content nor alternate']),
    ]),
    ...repeated(entries.map((entry) => textOf(entry, 'id'))).map((id) => `§4.1.1: two entries have the id ${id}`),
  ];
}

/** What holds in a feed and in an entry alike. */
function atomPartFaults(part: XmlElement): string[] {
  const alternates = linksOf(part, 'alternate').map(({ attributes }) => `${attributes['type'] ?? ''} ${attributes['hreflang'] ?? ''}`);
  return [
    ...['updated', 'published']
      .flatMap((name) => childrenOf(part, name))
      .flatMap(({ text }) => (isDateTime(text) ? [] : [`§3.3: date ${text}`])),
    ...(isAbsolute(textOf(part, 'id')) ? [] : [`§4.2.6: the id ${textOf(part, 'id')} is no IRI`]),
    ...childrenOf(part, 'link').flatMap(({ attributes }) => (isAbsolute(attributes['href'] ?? '') ? [] : ['§4.2.7: a link leads nowhere'])),
    ...repeated(alternates).map((kind) => `§4.1.1: two alternates are ${kind}`),
    ...['title', 'summary', 'subtitle', 'rights'].flatMap((name) => childrenOf(part, name)).flatMap(textConstructFaults),
    ...['author', 'contributor']
      .flatMap((name) => childrenOf(part, name))
      .flatMap((person) => counted(person, { name: [1, 1], uri: [0, 1], email: [0, 1] })),
    ...(languageIsKnown(part.attributes['xml:lang']) ? [] : [`§2: language ${part.attributes['xml:lang']}`]),
    ...(textOf(part, 'title').trim() === '' ? ['§4.2.14: no title'] : []),
  ];
}

function textConstructFaults({ name, attributes, children }: XmlElement): string[] {
  const type = attributes['type'] ?? 'text';
  if (!['text', 'html', 'xhtml'].includes(type)) return [`§3.1.1: ${name} of type ${type}`];
  return type !== 'xhtml' && children.length > 0 ? [`§3.1.1: ${name} has elements`] : [];
}
