import { type Language, t } from '#src/locales';
import type { Saying } from '#src/rules/saying';

interface Unspelled {
  place: Saying | null;
  message: Saying;
  remedy: Saying | null;
}

interface Spelled {
  place: string;
  message: string;
  remedy: string;
}

/** A check in the words of a language; plain text. `quote` marks what is not ours, so that it keeps its own direction on a page. */
export function spellOut<Check extends Unspelled>(
  check: Check,
  language: Language,
  quote: (words: string) => string = (words) => words,
): Omit<Check, keyof Spelled> & Spelled {
  const sentence = ({ key, values }: Saying): string => t(language, `rules.${key}`, spelledValues(values));
  const spelledValues = (values: Saying['values']) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        if (typeof value === 'object') return [name, sentence(value)];
        return [name, typeof value === 'number' ? value : quote(value)];
      }),
    );
  const { place, message, remedy } = check;
  return {
    ...check,
    place: place ? sentence(place) : '',
    message: sentence(message),
    remedy: remedy ? sentence(remedy) : '',
  };
}
