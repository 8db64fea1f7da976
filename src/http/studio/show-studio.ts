import { Eta } from 'eta';
import type { Request, Response } from 'express';
import { actorOf, type Editor } from '#src/accounts/editor';
import type { Context } from '#src/context';
import { assetPath } from '#src/http/pages/asset-path';
import { asked } from '#src/http/studio/form';
import { htmxPath } from '#src/http/studio/htmx';
import { studioLanguage } from '#src/http/studio/studio-language';
import type { StudioPage, StudioVariables } from '#src/http/studio/studio-variables';
import { studioWords } from '#src/http/studio/studio-words';
import { languages } from '#src/locales';
import { projectFile } from '#src/project';

const eta = new Eta({
  views: projectFile('templates/studio'),
  autoEscape: true,
  cache: true,
  functionHeader: 'const { t, word, rich, number, asset } = it;',
});

interface Shown<Name extends StudioPage> {
  page: Name;
  variables: StudioVariables[Name];
  status?: number;
  /** What has just been done, or refused: a banner on top. */
  notice?: Notice | undefined;
}

export type Notice = { kind: 'done' | 'refused'; text: string };

/** A page of the studio, in the editor's language. Never stored: it is somebody's own, and of this moment. */
export function showStudio<Name extends StudioPage>(ctx: Context, request: Request, response: Response, shown: Shown<Name>): void {
  const editor = response.locals['editor'] as Editor | undefined;
  const language = studioLanguage(request, editor);
  const html = eta.render(`./${shown.page}`, {
    ...studioWords(language),
    asset: assetPath,
    htmx: htmxPath(),
    language,
    languages,
    editor,
    may: (scope: string) => (editor ? ([...actorOf(editor).scopes] as string[]).includes(scope) : false),
    now: ctx.now(),
    path: request.originalUrl,
    notice: shown.notice ?? noticeOf(request, language),
    ...shown.variables,
  });
  response
    .status(shown.status ?? 200)
    .set({ 'Cache-Control': 'no-store', 'Content-Language': language, 'Referrer-Policy': 'same-origin' })
    .type('html')
    .send(html);
}

/** What a redirect says was done: a closed list of words in the address, so that nobody can write on our page by a link. */
const done = [
  'added',
  'removed',
  'moved',
  'saved',
  'imported',
  'stored',
  'tested',
  'scheduled',
  'unscheduled',
  'undone',
  'paused',
  'resumed',
  'cancelled',
  'deleted',
  'withdrawn',
  'restored',
  'resent',
  'released',
  'corrected',
] as const;
export type Done = (typeof done)[number];

function noticeOf(request: Request, language: string): Notice | undefined {
  const word = done.find((known) => known === request.query['done']);
  if (!word) return undefined;
  const count = (name: string) => Number(asked(request, name).slice(0, 3)) || 0;
  const values = { place: count('place'), sent: count('sent'), left: count('left') };
  return { kind: 'done', text: studioWords(language).t(`done.${word}`, values) };
}
