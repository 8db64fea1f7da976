import { readFileSync, readdirSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { projectFile } from '#src/project';

/** A language that has a file in `templates/locales/`; adding one is adding a file. BCP 47. */
export type Language = string;
export type Direction = 'ltr' | 'rtl';

/** As it stands in its file until somebody asks for it: parsing all of them costs every process 0.1 s and 5 MB. */
type Messages = Map<string, string | IntlMessageFormat>;
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
  return String(messageOf(languageFor(language), key).format(values));
}

/** The text of `word` in a closed list such as `studio.state`; the bare word where only a newer version, running beside this one, has a text for it. */
export function wordOf(language: Language, list: string, word: string): string {
  const key = `${list}.${word}`;
  return locales.get(languageFor(language))?.has(key) ? t(language, key) : word;
}

function messageOf(language: Language, key: string): IntlMessageFormat {
  const message = locales.get(language)?.get(key);
  if (message === undefined) throw new Error(`No text for "${key}" in ${language}`);
  if (typeof message !== 'string') return message;
  const parsed = new IntlMessageFormat(message, language, undefined, { ignoreTag: true });
  locales.get(language)?.set(key, parsed);
  return parsed;
}

export function messageKeys(language: Language): string[] {
  return [...(locales.get(language)?.keys() ?? [])];
}

/** Files are nested objects for people; keys are their paths: `page.subscribe.title`. */
function readMessages(name: string): Messages {
  const messages: Messages = new Map();
  const collect = (node: unknown, path: string): void => {
    if (typeof node === 'string') messages.set(path, node);
    else for (const [key, child] of Object.entries(node as object)) collect(child, path === '' ? key : `${path}.${key}`);
  };
  collect(JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')), '');
  return messages;
}
