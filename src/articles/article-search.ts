import { cleanText } from '#src/mail/clean-text';

/** `plain` for to_tsquery: letters, digits and our own operators only. `web` for websearch_to_tsquery: as it was typed. Either may be empty. */
export interface Search {
  plain: string;
  web: string;
}

const word = /^[\p{L}\p{M}\p{N}]+$/u;
// צה"ל is one abbreviation, not the beginning of a quotation
const innerQuote = /(?<=\p{L})["'״׳“”’](?=\p{L})/gu;

/** Words as people type them: `-gaza Net` finds Netanyahu, `"peace plan" or truce` is taken at its word. Undefined when nothing was typed. */
export function readSearch(typed: string): Search | undefined {
  const text = cleanText(typed).replace(innerQuote, ' ').trim();
  if (text === '') return undefined;
  const words = text.split(' ');
  if (text.includes('"') || words.some((each) => /^or$/i.test(each))) return { plain: '', web: text };
  const plain = words.map((each, index) => (word.test(each) ? lexemes(each, index === words.length - 1) : '')).filter(Boolean);
  return { plain: plain.join(' & '), web: words.filter((each) => !word.test(each)).join(' ') };
}

// what Hebrew writes together with its noun: the, and, in, to, from, that, as
const particles = ['', 'ה', 'ו', 'ב', 'ל', 'מ', 'ש', 'כ', 'וה', 'וב', 'ול', 'ומ', 'וש', 'שה', 'מה', 'לה', 'בה', 'כש'];

/** The last word may be the beginning of one. */
function lexemes(each: string, isLast: boolean): string {
  const ending = isLast ? ':*' : '';
  const isHebrew = /^\p{Script=Hebrew}{2,}$/u.test(each);
  return isHebrew ? `(${particles.map((particle) => `${particle}${each}${ending}`).join(' | ')})` : `${each}${ending}`;
}
