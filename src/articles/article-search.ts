import { cleanText } from '#src/mail/clean-text';

/** `words` for websearch_to_tsquery, `prefix` for the word that is still being typed: letters and digits only. */
export interface Search {
  words: string;
  prefix: string | null;
}

const lastWord = /[\p{L}\p{M}\p{N}]+$/u;
// צה"ל is one abbreviation, not the beginning of a quotation
const innerQuote = /(?<=\p{L})["'״׳“”’](?=\p{L})/gu;

/** Words as people type them: `"peace plan" -gaza Net` finds Netanyahu. */
export function readSearch(typed: string): Search | undefined {
  const words = cleanText(typed).replace(innerQuote, ' ');
  if (words === '') return undefined;
  const prefix = lastWord.exec(words)?.[0];
  if (prefix === undefined) return { words, prefix: null };
  const before = words.slice(0, -prefix.length);
  const isOperand = before.endsWith('-') || before.split('"').length % 2 === 0 || /\bor $/i.test(before) || /^or$/i.test(prefix);
  return isOperand ? { words, prefix: null } : { words: before, prefix };
}
