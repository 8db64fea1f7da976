import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import { showPage } from '#src/http/pages/show-page';
import { type Link, type Purpose, readLink } from '#src/links';
import { findReader } from '#src/subscribers/find-reader';
import type { Reader } from '#src/subscribers/reader';

export interface OpenedLink {
  link: Link;
  reader: Reader;
}

interface Wanted {
  purpose: Purpose;
  /** What an expired link of this page says and offers. */
  expired: 'confirm' | 'preferences' | 'data' | 'undo';
}

/** Reads a page's token. Whatever is wrong with it, a page with a next step is shown, and the answer is null. */
export async function openLink(
  ctx: Context,
  request: Request,
  response: Response,
  { purpose, expired }: Wanted,
): Promise<OpenedLink | null> {
  const reading = readLink(ctx.config.keys, purpose, String(request.params['token']), ctx.now());
  const subject = reading.ok ? reading.subject : reading.reason === 'expired' ? (reading.link?.subject ?? null) : null;
  const reader = subject === null ? null : await findReader(ctx.db, subject);
  if (reader === null) return showUnknownLink(ctx, request, response);
  if (reading.ok) return { link: reading, reader };
  const variables = { action: request.path, purpose: expired, sent: false };
  showPage(ctx, request, response, { page: 'link-expired', status: 410, language: reader.language, variables });
  return null;
}

/** Neutral: the same for a forged link, one of another page, and one of somebody who was erased. Only the links of a test mail say what they are. */
export function showUnknownLink(ctx: Context, request: Request, response: Response): null {
  if (String(request.params['token']).startsWith('test-')) {
    showPage(ctx, request, response, { page: 'link-inert', status: 404, variables: {} });
    return null;
  }
  showPage(ctx, request, response, { page: 'link-unknown', status: 404, variables: { faults: [], email: '' } });
  return null;
}
