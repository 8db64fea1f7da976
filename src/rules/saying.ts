/** What is said: its key below `rules.` in the locales, and what is counted, quoted or said within it. It becomes a sentence when somebody reads it. */
export interface Saying {
  key: string;
  values: Values;
}

/** Strings are quoted: words of the email, names of tags and hosts. What we say ourselves is a saying. */
export type Values = Readonly<Record<string, string | number | Saying>>;

export function saying(key: string, values: Values = {}): Saying {
  return { key, values };
}
