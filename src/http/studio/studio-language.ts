import type { Request, Response } from 'express';
import type { Editor } from '#src/accounts/editor';
import type { Context } from '#src/context';
import { readCookie } from '#src/http/read-cookie';
import { type Language, languageFor, languages } from '#src/locales';

const name = 'studio-language';

/** What the editor chose in this browser, else their account's, else the browser's. */
export function studioLanguage(request: Request, editor: Editor | undefined): Language {
  const chosen = readCookie(request, name);
  if (chosen !== undefined && languages.includes(chosen)) return chosen;
  return editor ? languageFor(editor.language) : languageFor(request.acceptsLanguages([...languages]) || undefined);
}

export function chooseLanguage(ctx: Context, response: Response, wanted: unknown): void {
  if (typeof wanted !== 'string' || !languages.includes(wanted)) return;
  const secure = ctx.config.publicUrl.startsWith('https:');
  response.cookie(name, wanted, { httpOnly: true, sameSite: 'strict', secure, path: '/studio', maxAge: 365 * 24 * 3_600_000 });
}
