import type { DefaultTreeAdapterTypes as Tree } from 'parse5';

type Parent = Tree.ParentNode;
export type Element = Tree.Element;

const silent = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'iframe',
  'object',
  'svg',
  'math',
  'head',
  'textarea',
  'select',
  'button',
  'xmp',
]);
const inline = new Set([
  'a',
  'abbr',
  'b',
  'bdi',
  'bdo',
  'cite',
  'code',
  'em',
  'font',
  'i',
  'mark',
  'q',
  's',
  'small',
  'span',
  'strike',
  'strong',
  'sub',
  'sup',
  'time',
  'u',
  'wbr',
]);

/** The elements below `root` in document order, without those inside an element that `skips` names. Never recursive: pages nest as deep as they like. */
export function* elementsOf(root: Parent, skips: (element: Element) => boolean = () => false): Generator<Element> {
  const open: Tree.ChildNode[] = root.childNodes.toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!('tagName' in node)) continue;
    if (skips(node)) continue;
    yield node;
    for (const child of node.childNodes.toReversed()) open.push(child);
  }
}

/** The words that a reader would see below `root`; blocks are apart by a space. */
export function textOf(root: Parent): string {
  const words: string[] = [];
  const open: (Tree.ChildNode | string)[] = root.childNodes.toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node === 'string') words.push(node);
    else if ('value' in node) words.push(node.value);
    else if ('tagName' in node && !silent.has(node.tagName)) {
      const gap = inline.has(node.tagName) ? '' : ' ';
      words.push(gap);
      open.push(gap);
      for (const child of node.childNodes.toReversed()) open.push(child);
    }
  }
  return words.join('');
}

/** The raw text of a script or a title. */
export function rawTextOf(element: Element): string {
  return element.childNodes.map((node) => ('value' in node ? node.value : '')).join('');
}

export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value;
}
