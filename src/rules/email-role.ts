import { attribute, withAncestors } from '#src/rules/document';
import { at } from '#src/rules/places';
import type { Rule } from '#src/rules/rule';

/** A screen reader announces the mail as one article with the subject as its name. */
export const emailRole: Rule = {
  id: 'D02',
  name: 'emailRole',
  level: 'block',
  part: 'html',
  check: ({ html, rendered }) => {
    const wrappers = html.elements.filter((element) => attribute(element, 'role') === 'article');
    const [wrapper] = wrappers;
    const named =
      wrapper &&
      attribute(wrapper, 'aria-roledescription') === 'email' &&
      attribute(wrapper, 'aria-label')?.trim() === rendered.subject.trim();
    const holdsAll = html.texts.every(({ element }) => [...withAncestors(element)].some((ancestor) => ancestor === wrapper));
    if (wrappers.length === 1 && named && holdsAll) return [];
    return [{ place: wrapper ? at('articleRole') : at('named', { name: 'body' }), fault: 'unwrapped' }];
  },
};
