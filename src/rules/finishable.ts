import { readingMinutes } from '#src/mail/reading-minutes';
import { isButton } from '#src/rules/contrast-and-underlines';
import type { Finding, Rule } from '#src/rules/rule';

const mostLinks = 40;
const mostMinutes = 6;

/** A briefing is something that one can finish. */
export const finishable: Rule = {
  id: 'D30',
  level: 'warn',
  part: 'articles',
  promise: 'The digest can be finished: 5 to 8 articles, 6 minutes, 40 links, one button.',
  check: ({ html, email }) => {
    const links = html.elements.filter((element) => element.tagName === 'a');
    const articles = email?.articles.length ?? 5;
    const minutes = email ? readingMinutes(email) : 0;
    const problems: [boolean, string, string][] = [
      [links.length > mostLinks, `There are ${links.length} links.`, 'Keep to 40.'],
      [links.filter(isButton).length > 1, 'There is more than one button.', 'Keep the most important one.'],
      [minutes > mostMinutes, `It takes ${minutes} minutes to read.`, 'Keep to 6 minutes.'],
      [articles < 5 || articles > 8, articles === 1 ? 'There is one article.' : `There are ${articles} articles.`, 'Choose 5 to 8.'],
    ];
    return problems.filter(([broken]) => broken).map(([, message, remedy]): Finding => ({ place: 'the whole mail', message, remedy }));
  },
};
