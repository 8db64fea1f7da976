import { readingMinutes } from '#src/mail/reading-minutes';
import { isButton } from '#src/rules/contrast-and-underlines';
import { at } from '#src/rules/places';
import type { Finding, Rule } from '#src/rules/rule';

const mostLinks = 40;
const mostMinutes = 6;

/** A briefing is something that one can finish. */
export const finishable: Rule = {
  id: 'D30',
  name: 'finishable',
  level: 'warn',
  part: 'articles',
  check: ({ html, email }) => {
    const links = html.elements.filter((element) => element.tagName === 'a');
    const articles = email?.articles.length ?? 5;
    const minutes = email ? readingMinutes(email) : 0;
    const problems: [boolean, Omit<Finding, 'place'>][] = [
      [links.length > mostLinks, { fault: 'links', values: { count: links.length } }],
      [links.filter(isButton).length > 1, { fault: 'buttons' }],
      [minutes > mostMinutes, { fault: 'minutes', values: { count: minutes } }],
      [articles < 5 || articles > 8, { fault: 'articles', values: { count: articles } }],
    ];
    return problems.filter(([broken]) => broken).map(([, fault]) => ({ place: at('wholeMail'), ...fault }));
  },
};
