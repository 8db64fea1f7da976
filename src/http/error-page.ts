import { readFileSync } from 'node:fs';
import type { Request } from 'express';
import type { Context } from '#src/context';
import { type ErrorStatus, errorStatuses } from '#src/http/pages/page-variables';
import { renderPage } from '#src/http/pages/view';
import { languageFor, languages } from '#src/locales';
import type { Problem } from '#src/http/problem';
import { projectFile } from '#src/project';

/** The page for a bug needs nothing that could be broken too. */
const brokenPage = readFileSync(projectFile('templates/pages/500.html'), 'utf8');

export function errorPage(ctx: Context, request: Request, problem: Problem): string {
  const requestId = problem.body.instance.replace('urn:uuid:', '');
  if (problem.status === 500) return brokenPage.replace('REQUEST-ID', requestId);
  try {
    return renderPage('error', {
      language: languageOf(request),
      now: ctx.now(),
      status: pageStatus(problem.status),
      requestId,
      retryMinutes: Math.max(1, Math.ceil(Number(problem.headers['Retry-After'] ?? 60) / 60)),
      latest: [],
    });
  } catch (error) {
    ctx.log.error({ err: error, requestId }, 'the page of a problem could not be drawn');
    return brokenPage.replace('REQUEST-ID', requestId);
  }
}

/** There is a page for what readers meet; the rest shows the nearest one. */
function pageStatus(status: number): ErrorStatus {
  return errorStatuses.find((known) => known === status) ?? (status === 401 ? 403 : 422);
}

function languageOf(request: Request): string {
  const { lang } = request.query;
  return languageFor(typeof lang === 'string' ? lang : request.acceptsLanguages([...languages]) || 'en');
}
