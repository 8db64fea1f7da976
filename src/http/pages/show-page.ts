import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import { pageLanguage } from '#src/http/pages/page-language';
import type { PageName, PageVariables } from '#src/http/pages/page-variables';
import { renderPage } from '#src/http/pages/view';

interface Shown<Name extends PageName> {
  page: Name;
  variables: PageVariables[Name];
  status?: number;
  /** The reader's own language, when it is known whose page this is. */
  language?: string | undefined;
  /** The clock of the page's newsletter. */
  zone?: string | undefined;
  /** What to keep of the query when the language is changed. */
  keep?: Record<string, string>;
}

/** Whatever a page of ours shows is somebody's own, or of this moment: it is never stored. */
export function showPage<Name extends PageName>(ctx: Context, request: Request, response: Response, shown: Shown<Name>): void {
  const frame = {
    language: pageLanguage(request, shown.language),
    now: ctx.now(),
    zone: shown.zone,
    query: new URLSearchParams(shown.keep ?? {}).toString(),
    postalAddress: ctx.config.mail.postalAddress,
  };
  response
    .status(shown.status ?? 200)
    .set({ 'Cache-Control': 'no-store', 'Content-Language': frame.language, Vary: 'Accept-Language' })
    .type('html')
    .send(renderPage(shown.page, { ...frame, ...shown.variables }));
}
