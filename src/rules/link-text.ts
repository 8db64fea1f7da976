import { textOf } from '#src/rules/document';
import { elementPlace } from '#src/rules/places';
import { withoutMarks } from '#src/rules/own-words';
import type { Rule } from '#src/rules/rule';

const empty =
  /^(click|click here|here|this|link|more|read more|continue|continue reading|learn more|כאן|לחצו כאן|לחץ כאן|עוד|קראו עוד|קרא עוד|להמשך קריאה|לקריאה)?$/i;

/** WCAG 2.2, 2.4.4: a list of links must make sense without what stands around them. */
export const linkText: Rule = {
  id: 'D08',
  name: 'linkText',
  level: 'warn',
  part: 'html',
  check: ({ html }) =>
    html.elements
      .filter((element) => element.tagName === 'a' && empty.test(withoutMarks(textOf(element)).replace(/[.…»›>]+$/, '')))
      .map((element) => ({ place: elementPlace(element), fault: 'empty' })),
};
