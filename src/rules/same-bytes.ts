import { at } from '#src/rules/places';
import type { Rule } from '#src/rules/rule';

/** What was checked and approved is what is sent: a second rendering, where the caller made one, must be the same. */
export const sameBytes: Rule = {
  id: 'D28',
  name: 'sameBytes',
  level: 'block',
  part: 'html',
  check: ({ rendered, again }) => {
    const parts = ['subject', 'preheader', 'html', 'text'] as const;
    return parts
      .filter((part) => again !== undefined && again[part] !== rendered[part])
      .map((part) => ({ place: at('named', { name: part }), fault: 'differs' }));
  },
};
