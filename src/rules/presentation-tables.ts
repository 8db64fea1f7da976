import { attribute } from '#src/rules/document';
import { at, elementPlace } from '#src/rules/places';
import type { Rule } from '#src/rules/rule';

export const presentationTables: Rule = {
  id: 'D03',
  name: 'presentationTables',
  level: 'block',
  part: 'html',
  check: ({ html }) => {
    const tables = html.elements.filter((element) => element.tagName === 'table' && attribute(element, 'role') !== 'presentation');
    const ghosts = html.comments
      .flatMap((comment) => comment.match(/<table[^>]*>/g) ?? [])
      .filter((tag) => !tag.includes('role="presentation"'));
    return [...tables.map(elementPlace), ...ghosts.map(() => at('outlookTable'))].map((place) => ({ place, fault: 'announced' }));
  },
};
