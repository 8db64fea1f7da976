import { attribute, withAncestors } from '#src/rules/document';
import type { Rule } from '#src/rules/rule';

/** A screen reader announces the mail as one article with the subject as its name. */
export const emailRole: Rule = {
  id: 'D02',
  level: 'block',
  part: 'html',
  promise: 'One wrapper announces itself as an email and carries the subject as its label.',
  check: ({ html, rendered }) => {
    const wrappers = html.elements.filter((element) => attribute(element, 'role') === 'article');
    const [wrapper] = wrappers;
    const named =
      wrapper &&
      attribute(wrapper, 'aria-roledescription') === 'email' &&
      attribute(wrapper, 'aria-label')?.trim() === rendered.subject.trim();
    const holdsAll = html.texts.every(({ element }) => [...withAncestors(element)].some((ancestor) => ancestor === wrapper));
    if (wrappers.length === 1 && named && holdsAll) return [];
    return [
      {
        place: wrapper ? 'the element with role=article' : 'body',
        message: 'No single wrapper holds the mail and names it by its subject.',
        remedy: 'Wrap the mail in role=article aria-roledescription=email aria-label={subject}.',
      },
    ];
  },
};
