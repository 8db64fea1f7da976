import { readFileSync, readdirSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { projectFile } from '#src/project';

/** A language that has a file in `templates/locales/`; adding one is adding a file. BCP 47. */
export type Language = string;
export type Direction = 'ltr' | 'rtl';

type Messages = Map<string, IntlMessageFormat>;
const folder = projectFile('templates/locales');
const locales = new Map<Language, Messages>(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name.slice(0, -'.json'.length), readMessages(name)]),
);

export const languages: readonly Language[] = [...locales.keys()];

/** The right language for a wish that may be anything: the wish, its base language, or English. */
export function languageFor(wish: string | undefined): Language {
  const base = wish?.toLowerCase().split('-')[0] ?? '';
  return locales.has(base) ? base : 'en';
}

export function directionOf(language: string): Direction {
  return /^(he|ar|fa|ur|yi)\b/i.test(language) ? 'rtl' : 'ltr';
}

/** The message `key` in `language`, ICU MessageFormat filled with `values`; plain text, not escaped. A missing key is a bug and throws. */
export function t(language: Language, key: string, values: Record<string, string | number | Date> = {}): string {
  const message = locales.get(languageFor(language))?.get(key);
  if (!message) throw new Error(`No text for "${key}" in ${language}`);
  return String(message.format(values));
}

export function messageKeys(language: Language): string[] {
  return [...(locales.get(language)?.keys() ?? [])];
}

/** Files are nested objects for people; keys are their paths: `page.subscribe.title`. */
function readMessages(name: string): Messages {
  const language = name.slice(0, -'.json'.length);
  const messages: Messages = new Map();
  const collect = (node: unknown, path: string): void => {
    if (typeof node === 'string') messages.set(path, new IntlMessageFormat(node, language, undefined, { ignoreTag: true }));
    else for (const [key, child] of Object.entries(node as object)) collect(child, path === '' ? key : `${path}.${key}`);
  };
  collect(JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')), '');
  return messages;
}
