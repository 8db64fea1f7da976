import { parse, type DefaultTreeAdapterTypes } from 'parse5';

export type Document = DefaultTreeAdapterTypes.Document;
export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** A run of text that a reader sees, and the element that it stands in. */
export interface VisibleText {
  text: string;
  element: Element;
}

/** A parsed message: its elements and its visible text, in reading order, and what stands in comments for Outlook. */
export interface ParsedHtml {
  elements: Element[];
  texts: VisibleText[];
  comments: string[];
  styleSheets: string[];
}

const unseen = new Set(['head', 'style', 'script', 'title', 'noscript', 'template']);

export function parseHtml(html: string): ParsedHtml {
  const parsed: ParsedHtml = { elements: [], texts: [], comments: [], styleSheets: [] };
  collect(parse(html), false, parsed);
  return parsed;
}

export function attribute(element: Element, name: string): string | null {
  return element.attrs.find((candidate) => candidate.name === name)?.value ?? null;
}

export function classesOf(element: Element): string[] {
  return (attribute(element, 'class') ?? '').split(/\s+/).filter(Boolean);
}

/** The element itself, then what it stands in, outwards. */
export function* withAncestors(element: Element): Generator<Element> {
  for (let node: Node | null = element; node && 'tagName' in node; node = node.parentNode) yield node;
}

export function parentElement(element: Element): Element | null {
  return element.parentNode && 'tagName' in element.parentNode ? element.parentNode : null;
}

export function textOf(node: Node): string {
  if (node.nodeName === '#text' && 'value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

export function childElements(element: Element): Element[] {
  return element.childNodes.filter((child): child is Element => 'tagName' in child);
}

function collect(node: Node, hidden: boolean, parsed: ParsedHtml): void {
  if ('tagName' in node) {
    parsed.elements.push(node);
    if (node.tagName === 'style') parsed.styleSheets.push(textOf(node));
    hidden ||= unseen.has(node.tagName) || /display:\s*none/i.test(attribute(node, 'style') ?? '');
  } else if (node.nodeName === '#comment' && 'data' in node) {
    parsed.comments.push(node.data);
  } else if (
    node.nodeName === '#text' &&
    'value' in node &&
    !hidden &&
    node.value.trim() !== '' &&
    node.parentNode &&
    'tagName' in node.parentNode
  ) {
    parsed.texts.push({ text: node.value, element: node.parentNode });
  }
  if ('childNodes' in node) for (const child of node.childNodes) collect(child, hidden, parsed);
}
