import type { Request } from 'express';
import { type Language, languageFor, languages } from '#src/locales';

/** The language of a page: the one that the address asks for, else the reader's own, else the browser's. */
export function pageLanguage(request: Request, readerLanguage?: string): Language {
  const asked = askedLanguage(request);
  if (asked !== undefined) return asked;
  if (readerLanguage !== undefined) return languageFor(readerLanguage);
  return languageFor(request.acceptsLanguages([...languages]) || undefined);
}

/** `?lang=`, if it is one that we have. */
function askedLanguage(request: Request): Language | undefined {
  const { lang } = request.query;
  return typeof lang === 'string' && languages.includes(lang) ? lang : undefined;
}

/** Keeps a language that was asked for on the way to the next page. */
export function withLanguage(path: string, request: Request): string {
  const asked = askedLanguage(request);
  return asked === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}lang=${asked}`;
}
