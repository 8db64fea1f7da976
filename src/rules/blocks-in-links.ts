import { withAncestors } from '#src/rules/document';
import { elementPlace } from '#src/rules/places';
import type { Rule } from '#src/rules/rule';

const blocks = /^(div|p|h[1-6]|table|tbody|tr|td|ul|ol|li|blockquote|section|article|hr|pre)$/;

/** Older Outlook hides such links from screen readers. */
export const blocksInLinks: Rule = {
  id: 'D05',
  level: 'block',
  part: 'html',
  promise: 'Links hold words, not blocks.',
  check: ({ html }) =>
    html.elements
      .filter((element) => blocks.test(element.tagName) && [...withAncestors(element)].some((ancestor) => ancestor.tagName === 'a'))
      .map((element) => ({
        place: elementPlace(element),
        message: 'A block stands inside a link.',
        remedy: 'Put the link inside the block.',
      })),
};
