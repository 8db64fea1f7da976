import { at } from '#src/rules/places';
import type { Finding, Rule } from '#src/rules/rule';

/** Classic Outlook stays until 2029 at least. Ghost tables carry it; VML is a second layout that nobody can test. */
export const outlook: Rule = {
  id: 'D29',
  name: 'outlook',
  level: 'warn',
  part: 'html',
  check: ({ html, rendered }) => {
    const findings: Finding[] = [];
    if (/<v:|urn:schemas-microsoft-com:vml#default/i.test(`${html.comments.join('')}${rendered.html}`))
      findings.push({ place: at('wholeMail'), fault: 'vml' });
    const ghosts = html.comments.filter((comment) => /^\[if [^\]]*mso/.test(comment)).join('');
    for (const tag of ['table', 'tr', 'td']) {
      const opened = ghosts.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0;
      const closed = ghosts.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0;
      if (opened !== closed) findings.push({ place: at('outlookElement', { tag }), fault: 'open' });
    }
    return findings;
  },
};
