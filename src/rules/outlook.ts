import type { Finding, Rule } from '#src/rules/rule';

/** Classic Outlook stays until 2029 at least. Ghost tables carry it; VML is a second layout that nobody can test. */
export const outlook: Rule = {
  id: 'D29',
  level: 'warn',
  part: 'html',
  promise: 'Classic Outlook gets ghost tables and nothing else.',
  check: ({ html, rendered }) => {
    const remedy = 'Use ghost tables only.';
    const findings: Finding[] = [];
    if (/<v:|urn:schemas-microsoft-com:vml#default/i.test(`${html.comments.join('')}${rendered.html}`))
      findings.push({ place: 'the whole mail', message: 'The mail draws with VML.', remedy });
    const ghosts = html.comments.filter((comment) => /^\[if [^\]]*mso/.test(comment)).join('');
    for (const tag of ['table', 'tr', 'td']) {
      const opened = ghosts.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0;
      const closed = ghosts.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0;
      if (opened !== closed) findings.push({ place: `<${tag}> for Outlook`, message: 'A ghost table is not closed.', remedy });
    }
    return findings;
  },
};
