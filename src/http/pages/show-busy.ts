import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import { showPage } from '#src/http/pages/show-page';

/** The page of a network that asks too often, where there is no form whose input it could keep. */
export function showBusy(ctx: Context) {
  return (request: Request, response: Response, retryAfterSeconds: number): void => {
    const retryMinutes = Math.ceil(retryAfterSeconds / 60);
    const requestId = String(response.locals['requestId']);
    showPage(ctx, request, response, { page: 'error', status: 429, variables: { status: 429, requestId, retryMinutes, latest: [] } });
  };
}
