import type { RawArticle } from '#src/articles/article';
import { readDateLine } from '#src/articles/date-line';
import { headlineFromStandfirst } from '#src/articles/headline-from-standfirst';
import { headlineMissing } from '#src/articles/headline-notes';
import { isSignUpLine } from '#src/articles/sign-up-line';
import { Refusal } from '#src/errors';
import { cleanText } from '#src/mail/clean-text';

const expected =
  'Expected: an optional headline line, a standfirst, a date line such as "October 6, 2025 09:48", then one paragraph a line.';
const linesBeforeDate = 5;

/**
 * Reads an article from plain text: an optional headline line, a standfirst, a date line (`zone`'s time unless it says otherwise),
 * paragraphs, and perhaps a last line that invites to sign up, which is dropped.
 */
export function parseText(text: string, zone: string): RawArticle {
  const lines = text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map(cleanText)
    .filter((line) => line !== '');
  const { index, datePublished } = findDate(lines, zone);
  const body = lines.slice(index + 1);
  return {
    ...readTop(lines.slice(0, index)),
    datePublished: datePublished.toISOString(),
    articleBody: isSignUpLine(body.at(-1) ?? '') ? body.slice(0, -1) : body,
  };
}

function findDate(lines: string[], zone: string): { index: number; datePublished: Date } {
  for (const [index, line] of lines.slice(0, linesBeforeDate + 1).entries()) {
    const datePublished = readDateLine(line, zone);
    if (datePublished === 'impossible') throw fault(`The date line names a time that does not exist: "${line}".`);
    if (datePublished !== null && index === 0) throw fault(`Nothing stands before the date line. ${expected}`, '/headline');
    if (datePublished !== null) return { index, datePublished };
  }
  throw fault(lines.length === 0 ? `The file is empty. ${expected}` : `There is no date line. ${expected}`);
}

function readTop(lines: string[]): Pick<RawArticle, 'headline' | 'description' | 'author' | 'notes'> {
  const byline = lines.length > 1 ? lines.findIndex((line, index) => index > 0 && bylineOf(line) !== null) : -1;
  const author = byline < 0 ? [] : [bylineOf(lines[byline] ?? '') ?? ''];
  const [first = '', ...rest] = lines.filter((_, index) => index !== byline);
  if (rest.length > 0) return { headline: first, description: rest.join(' '), author };
  return { headline: headlineFromStandfirst(first), description: first, author, notes: [headlineMissing] };
}

/** `By Dana Levi`, `מאת דנה לוי`: a few names and nothing else. */
function bylineOf(line: string): string | null {
  return /^(?:By|BY|מאת:?)\s+((?:(?:[\p{Lu}\p{Lo}][\p{L}\p{M}.'’׳־-]*|and|&)\s?){1,6})$/u.exec(line)?.[1]?.trim() ?? null;
}

function fault(detail: string, pointer = '/datePublished'): Refusal {
  return new Refusal('invalid', detail, { faults: [{ pointer, detail }] });
}
