import { defaultTreeAdapter as tree, type DefaultTreeAdapterTypes, parse, serialize } from 'parse5';
import type { PublishedPage } from '#src/digests/find-published';
import { escapeHtml } from '#src/http/pages/escape-html';
import { directionOf, t } from '#src/locales';

type Node = DefaultTreeAdapterTypes.ChildNode;
type Parent = DefaultTreeAdapterTypes.ParentNode;

/**
 * The HTML as it was mailed, without what belongs to one reader (links with a slot in them, and the line that says when they joined) and without
 * the link to this very page; below it, the ways on.
 */
export function publicDigest(digest: PublishedPage, publicUrl: string): string {
  const document = parse(digest.rendered.html);
  const url = `${publicUrl}/digests/${encodeURIComponent(digest.slug)}`;
  for (const paragraph of paragraphsWithSlots(document)) clean(paragraph, url);
  for (const link of linksTo(document, url)) dropLink(link);
  const head = `<link rel="canonical" href="${escapeHtml(url)}"><link rel="alternate" type="application/atom+xml" href="/digests/feed.atom">`;
  return serialize(document)
    .replace('</head>', () => `${head}</head>`)
    .replace(/<\/body>(?![\s\S]*<\/body>)/, () => `${foot(digest, url)}</body>`);
}

/** Subscribe, share, archive, feed: in the mail's own colours, light and dark. */
function foot({ language, subject }: PublishedPage, url: string): string {
  const share = `mailto:?${[`subject=${encodeURIComponent(subject)}`, `body=${encodeURIComponent(url)}`].join('&')}`;
  const links = [
    ['/subscribe?src=archive', 'subscribe'],
    [share, 'share'],
    ['/digests', 'archive'],
    ['/digests/feed.atom', 'feed'],
  ] as const;
  const written = links.map(
    ([href, key]) =>
      `<a href="${escapeHtml(href)}" style="display:inline-block;margin:0 8px;color:#0a4a8f">${escapeHtml(t(language, `page.nav.${key}`))}</a>`,
  );
  const style = 'margin:0;padding:0 24px 40px;text-align:center;font:14px/28px Arial,sans-serif';
  return `<footer><p lang="${language}" dir="${directionOf(language)}" style="${style}">${written.join(' ')}</p></footer>`;
}

function paragraphsWithSlots(parent: Parent): DefaultTreeAdapterTypes.Element[] {
  return parent.childNodes.flatMap((node) => {
    if (!('childNodes' in node)) return [];
    const inner = paragraphsWithSlots(node);
    const isInnermost = tree.isElementNode(node) && node.nodeName === 'p' && holdsSlot(node);
    return isInnermost && inner.length === 0 ? [node] : inner;
  });
}

/** A paragraph of links keeps those for everybody but the one to this very page; one whose text names a slot goes as a whole. */
function clean(paragraph: DefaultTreeAdapterTypes.Element, ownUrl: string): void {
  if (slotInText(paragraph)) return tree.detachNode(paragraph);
  const links = paragraph.childNodes.filter(
    (node) => tree.isElementNode(node) && node.nodeName === 'a' && !holdsSlot(node) && !leadsTo(node, ownUrl),
  );
  for (let first = paragraph.childNodes[0]; first; first = paragraph.childNodes[0]) tree.detachNode(first);
  for (const [place, link] of links.entries()) {
    if (place > 0) tree.insertText(paragraph, '\u00a0· ');
    tree.appendChild(paragraph, link);
  }
}

function leadsTo(link: DefaultTreeAdapterTypes.Element, url: string): boolean {
  return link.attrs.some(({ name, value }) => name === 'href' && value === url);
}

function linksTo(parent: Parent, url: string): DefaultTreeAdapterTypes.Element[] {
  return parent.childNodes.flatMap((node) => {
    if (!tree.isElementNode(node)) return [];
    return node.nodeName === 'a' && leadsTo(node, url) ? [node] : linksTo(node, url);
  });
}

/** With the dot that stands before it. */
function dropLink(link: DefaultTreeAdapterTypes.Element): void {
  const siblings = link.parentNode?.childNodes ?? [];
  const before = siblings[siblings.indexOf(link) - 1];
  if (before && tree.isTextNode(before)) before.value = before.value.replace(/[\s\u00a0]*·[\s\u00a0]*$/, '');
  tree.detachNode(link);
}

function holdsSlot(node: Node): boolean {
  if (tree.isTextNode(node)) return isSlot(node.value);
  if (!tree.isElementNode(node)) return false;
  return node.attrs.some(({ value }) => isSlot(value)) || node.childNodes.some(holdsSlot);
}

function slotInText(node: Node): boolean {
  return tree.isTextNode(node) ? isSlot(node.value) : 'childNodes' in node && node.childNodes.some(slotInText);
}

function isSlot(text: string): boolean {
  return /\bslot\.[a-zA-Z]+\.*/.test(text);
}
