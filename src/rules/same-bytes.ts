import type { Rule } from '#src/rules/rule';

/** What was checked and approved is what is sent: a second rendering, where the caller made one, must be the same. */
export const sameBytes: Rule = {
  id: 'D28',
  level: 'block',
  part: 'html',
  promise: 'Rendering the same digest again gives the same bytes.',
  check: ({ rendered, again }) => {
    const parts = ['subject', 'preheader', 'html', 'text'] as const;
    return parts
      .filter((part) => again !== undefined && again[part] !== rendered[part])
      .map((part) => ({ place: part, message: 'A second rendering differs.', remedy: 'Take chance and the clock out of the template.' }));
  },
};
