import { attribute, childElements, textOf } from '#src/rules/document';
import { cleanText } from '#src/mail/clean-text';
import { articlePlace, elementPlace } from '#src/rules/places';
import type { Finding, Rule } from '#src/rules/rule';

/** Headings are how most screen reader users move through a mail. */
export const headings: Rule = {
  id: 'D04',
  level: 'block',
  part: 'html',
  promise: 'One h1, no level skipped, and every headline is a heading that is a link.',
  check: ({ html, email }) => {
    const found = html.elements.filter((element) => /^h[1-6]$/.test(element.tagName));
    const levels = found.map((element) => Number(element.tagName.slice(1)));
    const findings: Finding[] = [];
    if (levels.filter((level) => level === 1).length !== 1) {
      findings.push({ place: 'the whole mail', message: 'There is not exactly one h1.', remedy: 'Make the title the only h1.' });
    }
    levels.forEach((level, index) => {
      const heading = found[index];
      if (heading && level > (levels[index - 1] ?? 0) + 1) {
        findings.push({
          place: elementPlace(heading),
          message: 'A heading level is skipped.',
          remedy: `Use h${(levels[index - 1] ?? 0) + 1} here.`,
        });
      }
    });
    const linked = found.flatMap((heading) => childElements(heading).filter((child) => child.tagName === 'a'));
    email?.articles.forEach((article, index) => {
      const url = new URL(article.url).href;
      const printed = linked.some((link) => attribute(link, 'href') === url && textOf(link).trim() === cleanText(article.headline));
      if (!printed)
        findings.push({
          place: articlePlace(email, index),
          message: 'The headline is not a heading that is a link.',
          remedy: 'Print it as <hN><a>…</a></hN>.',
        });
    });
    return findings;
  },
};
