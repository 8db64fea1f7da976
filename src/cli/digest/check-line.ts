import type { Check } from '#src/digests/check-digest';

/** A rule that is not kept, on one line: level, number, place, what is wrong, what to do. */
export function checkLine({ id, level, place, message, remedy }: Check): string {
  return [level.padEnd(5), id.padEnd(10), [place, message, remedy].filter(Boolean).join(' · ')].join('  ');
}
