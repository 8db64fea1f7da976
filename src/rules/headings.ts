import { attribute, childElements, textOf } from '#src/rules/document';
import { cleanText } from '#src/mail/clean-text';
import { articlePlace, at, elementPlace } from '#src/rules/places';
import type { Finding, Rule } from '#src/rules/rule';

/** Headings are how most screen reader users move through a mail. */
export const headings: Rule = {
  id: 'D04',
  name: 'headings',
  level: 'block',
  part: 'html',
  check: ({ html, email }) => {
    const found = html.elements.filter((element) => /^h[1-6]$/.test(element.tagName));
    const levels = found.map((element) => Number(element.tagName.slice(1)));
    const findings: Finding[] = [];
    if (levels.filter((level) => level === 1).length !== 1) findings.push({ place: at('wholeMail'), fault: 'title' });
    levels.forEach((level, index) => {
      const heading = found[index];
      const deepest = (levels[index - 1] ?? 0) + 1;
      if (heading && level > deepest) findings.push({ place: elementPlace(heading), fault: 'skipped', values: { level: deepest } });
    });
    const linked = found.flatMap((heading) => childElements(heading).filter((child) => child.tagName === 'a'));
    email?.articles.forEach((article, index) => {
      const url = new URL(article.url).href;
      const printed = linked.some((link) => attribute(link, 'href') === url && textOf(link).trim() === cleanText(article.headline));
      if (!printed) findings.push({ place: articlePlace(email, index), fault: 'unlinked' });
    });
    return findings;
  },
};
