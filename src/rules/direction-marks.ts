import { directionOf, type Direction } from '#src/locales';
import { directionRuns, firstStrongDirection } from '#src/mail/direction-runs';
import { at, clip } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';

const isolated = /[\u2066-\u2068][^\u2069]*\u2069/g;
const address = /^\S*(:\/\/|@)\S*$/;

/** Every client guesses the direction of a subject, and of each line of text, from its first letter. */
export const directionMarks: Rule = {
  id: 'D16',
  name: 'directionMarks',
  level: 'block',
  part: 'text',
  check: (message) => [...subjectFindings(message), ...lineFindings(message)],
};

function subjectFindings({ rendered, email }: CheckedMessage): Finding[] {
  const expected = directionOf(email?.newsletter.language ?? rendered.language);
  const found = firstStrongDirection(rendered.subject.replace(isolated, '')) ?? expected;
  if (found === expected && !isMixed(rendered.subject, expected)) return [];
  return [{ part: 'headers', place: at('subject'), fault: 'subject' }];
}

function lineFindings({ rendered }: CheckedMessage): Finding[] {
  return rendered.text
    .split('\n')
    .filter((line) => !address.test(line.trim()))
    .filter((line) => isMixed(line, firstStrongDirection(line.replace(isolated, '')) ?? rendered.direction))
    .map((line) => ({ place: at('line', { line: clip(line) }), fault: 'line' }));
}

function isMixed(line: string, direction: Direction): boolean {
  return directionRuns(line.replace(isolated, ''), direction).some((run) => run.foreign !== null && /\p{L}/u.test(run.text));
}
