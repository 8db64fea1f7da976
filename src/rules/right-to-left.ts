import { attribute, parentElement, withAncestors, type Element } from '#src/rules/document';
import { elementPlace } from '#src/rules/places';
import { inlineStyle } from '#src/rules/style-sheet';
import type { Rule } from '#src/rules/rule';

/** Hebrew is a layout of its own, not a translation. A passage that says `dir=ltr` of itself may be aligned to the left. */
export const rightToLeft: Rule = {
  id: 'D14',
  name: 'rightToLeft',
  level: 'block',
  part: 'html',
  check: ({ html, rendered }) => {
    if (rendered.direction !== 'rtl') return [];
    return html.elements.flatMap((element) => {
      const place = elementPlace(element);
      if (isLeftward(element)) return [{ place, fault: 'leftward' }];
      if (isTextBlock(element) && attribute(element, 'dir') === null) return [{ place, fault: 'undirected' }];
      return [];
    });
  },
};

function isLeftward(element: Element): boolean {
  const style = inlineStyle(element);
  if (style.get('direction') === 'ltr') return true;
  if (element.tagName === 'td' && attribute(element, 'align') === 'left') return true;
  return style.get('text-align') === 'left' && ![...withAncestors(element)].some((ancestor) => attribute(ancestor, 'dir') === 'ltr');
}

function isTextBlock(element: Element): boolean {
  return (
    element.tagName === 'div' && parentElement(element)?.tagName === 'td' && (attribute(element, 'style') ?? '').includes('font-family')
  );
}
