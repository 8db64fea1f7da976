import { parse, serialize, type DefaultTreeAdapterTypes } from 'parse5';
import type { Direction } from '#src/locales';

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

export interface Frame {
  language: string;
  direction: Direction;
}

/** Mends what MJML leaves: directions that clients strip, left alignment in right-to-left mail, a pure white preheader, white space. */
export function repairHtml(html: string, frame: Frame): string {
  const document = parse(html);
  standInMain(document);
  for (const element of elementsOf(document)) {
    nameTheDirection(element, frame);
    hidePreheader(element);
    carryPageClass(element);
    if (frame.direction === 'rtl') turnRight(element);
    tidyStyle(element);
  }
  dropBlankText(document);
  return serialize(document);
}

/** Clients drop `html` and `body`, and some drop `dir` from cells: what stands directly in the body says it, and so does each block of text. */
function nameTheDirection(element: Element, frame: Frame): void {
  const childOfBody = isElement(element.parentNode, 'body');
  const textBlock = element.tagName === 'div' && isElement(element.parentNode, 'td') && attribute(element, 'style').includes('font-family');
  if (childOfBody) setAttribute(element, 'lang', frame.language);
  if (childOfBody || textBlock) setAttribute(element, 'dir', frame.direction);
}

function hidePreheader(element: Element): void {
  const style = attribute(element, 'style');
  if (isElement(element.parentNode, 'body') && style.startsWith('display:none'))
    setAttribute(element, 'style', 'display:none;max-height:0;overflow:hidden;mso-hide:all');
}

/** The dark colours hang on the body's class; a client that drops the body keeps its first child. */
function carryPageClass(element: Element): void {
  if (attribute(element, 'role') === 'article') setAttribute(element, 'class', 'page');
}

/** The mail is also a page (the archive, "view on the web"), and all of a page stands in its main part. */
function standInMain(document: Node): void {
  const wrapper = [...elementsOf(document)].find((element) => attribute(element, 'role') === 'article');
  if (!wrapper?.parentNode) return;
  const body = wrapper.parentNode;
  const main: Element = { ...wrapper, attrs: [{ name: 'role', value: 'main' }], childNodes: [wrapper] };
  body.childNodes[body.childNodes.indexOf(wrapper)] = main;
  wrapper.parentNode = main;
}

function turnRight(element: Element): void {
  if (attribute(element, 'align') === 'left') setAttribute(element, 'align', 'right');
  if (attribute(element, 'class').includes('mj-column'))
    setAttribute(element, 'style', attribute(element, 'style').replace('text-align:left', 'text-align:right'));
}

function tidyStyle(element: Element): void {
  if (element.tagName !== 'style') return;
  for (const child of element.childNodes) {
    if ('value' in child)
      child.value = child.value
        .replace(/\s+/g, ' ')
        .replace(/ ?([{};,]) ?/g, '$1')
        .trim();
  }
}

/** MJML's minifier leaves a blank between layout elements, which is nothing but weight. */
function dropBlankText(node: Node): void {
  if (!('childNodes' in node)) return;
  const inlineChild = node.childNodes.some((child) => 'tagName' in child && /^(a|span|strong|em|img)$/.test(child.tagName));
  const layout = 'tagName' in node && /^(html|head|body|table|tbody|tr|td|div)$/.test(node.tagName);
  if (layout && !inlineChild) node.childNodes = node.childNodes.filter((child) => !('value' in child && child.value.trim() === ''));
  for (const child of node.childNodes) dropBlankText(child);
}

function* elementsOf(node: Node): Generator<Element> {
  if ('tagName' in node) yield node;
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsOf(child);
}

function isElement(node: Node | null, tagName: string): boolean {
  return node !== null && 'tagName' in node && node.tagName === tagName;
}

function attribute(element: Element, name: string): string {
  return element.attrs.find((candidate) => candidate.name === name)?.value ?? '';
}

function setAttribute(element: Element, name: string, value: string): void {
  const existing = element.attrs.find((candidate) => candidate.name === name);
  if (existing) existing.value = value;
  else element.attrs.push({ name, value });
}
