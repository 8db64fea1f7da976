import { directionOf, type Direction } from '#src/locales';
import { cleanText } from '#src/mail/clean-text';
import { directionRuns, firstStrongDirection } from '#src/mail/direction-runs';

const marks: Record<Direction, string> = { ltr: '\u200e', rtl: '\u200f' };
const isolates: Record<Direction, string> = { ltr: '\u2066', rtl: '\u2067' };
const popIsolate = '\u2069';

/** One line of plain text (a subject, a line of the text part) that reads in `language` wherever a client guesses: a mark in front, foreign runs isolated. */
export function markDirection(line: string, language: string): string {
  const direction = directionOf(language);
  const clean = cleanText(line);
  const strong = firstStrongDirection(clean);
  const isolated = directionRuns(clean, direction).map(({ text, foreign }) => (foreign ? isolates[foreign] + text + popIsolate : text));
  return (strong && strong !== direction ? marks[direction] : '') + isolated.join('');
}
