import { attribute } from '#src/rules/document';
import { elementPlace } from '#src/rules/places';
import type { Rule } from '#src/rules/rule';

export const presentationTables: Rule = {
  id: 'D03',
  level: 'block',
  part: 'html',
  promise: 'Every layout table says that it is only layout.',
  check: ({ html }) => {
    const remedy = 'Give every layout table role=presentation.';
    const message = 'A layout table is read out as a table of data.';
    const tables = html.elements.filter((element) => element.tagName === 'table' && attribute(element, 'role') !== 'presentation');
    const ghosts = html.comments
      .flatMap((comment) => comment.match(/<table[^>]*>/g) ?? [])
      .filter((tag) => !tag.includes('role="presentation"'));
    return [...tables.map(elementPlace), ...ghosts.map(() => 'a table for Outlook')].map((place) => ({ place, message, remedy }));
  },
};
