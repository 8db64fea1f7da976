import { isAbsolute } from './feed-values.js';

/** An element as a strict XML parser read it. */
export interface XmlElement {
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  /** The character data that stands directly in it. */
  text: string;
  children: XmlElement[];
}

export const atom = 'http://www.w3.org/2005/Atom';

/** XML 1.0 §2.2, and XML's own declaration: what a parser that is lenient may let pass. */
export function xmlTextFaults(text: string): string[] {
  return [
    ...(text.startsWith('<?xml version="1.0" encoding="utf-8"?>') ? [] : ['no declaration']),
    ...(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text) ? ['a character that XML does not know'] : []),
  ];
}

export function childrenOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name && child.namespace === parent.namespace);
}

export function textOf(parent: XmlElement, name: string): string {
  return childrenOf(parent, name)[0]?.text ?? '';
}

/** Atom's links, in RSS too. */
export function linksOf(parent: XmlElement, rel: string): XmlElement[] {
  return parent.children.filter(
    ({ name, namespace, attributes }) =>
      name === 'link' && namespace === atom && (attributes['rel'] ?? 'alternate') === rel && isAbsolute(attributes['href'] ?? ''),
  );
}

export function counted(parent: XmlElement, allowed: Record<string, [least: number, most: number]>): string[] {
  return Object.entries(allowed).flatMap(([name, [least, most]]) => {
    const count = childrenOf(parent, name).length;
    return count < least || count > most ? [`${parent.name}: ${count} ${name}`] : [];
  });
}

export function unknownIn(parent: XmlElement, known: string[]): string[] {
  return parent.children
    .filter(({ name, namespace }) => namespace === parent.namespace && !known.includes(name))
    .map(({ name }) => `${parent.name}: unknown ${name}`);
}
