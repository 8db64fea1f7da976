import { withAncestors } from '#src/rules/document';
import { elementPlace } from '#src/rules/places';
import type { Rule } from '#src/rules/rule';

const blocks = /^(div|p|h[1-6]|table|tbody|tr|td|ul|ol|li|blockquote|section|article|hr|pre)$/;

/** Older Outlook hides such links from screen readers. */
export const blocksInLinks: Rule = {
  id: 'D05',
  name: 'blocksInLinks',
  level: 'block',
  part: 'html',
  check: ({ html }) =>
    html.elements
      .filter((element) => blocks.test(element.tagName) && [...withAncestors(element)].some((ancestor) => ancestor.tagName === 'a'))
      .map((element) => ({ place: elementPlace(element), fault: 'block' })),
};
