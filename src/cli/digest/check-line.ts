import type { Check } from '#src/digests/check-digest';
import { spellOut } from '#src/rules/spell-out';

/** A rule that is not kept, on one line: level, number, place, what is wrong, what to do. */
export function checkLine(check: Check): string {
  const { id, level, place, message, remedy } = spellOut(check, 'en');
  return [level.padEnd(5), id.padEnd(10), [place, message, remedy].filter(Boolean).join(' · ')].join('  ');
}
