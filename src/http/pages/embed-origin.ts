import type { Request, Response } from 'express';
import type { Context } from '#src/context';

/**
 * Whether a form on this page may sign people up: our own pages, programs (they send no Origin), and the publisher's pages. As long as no origin is listed,
 * a plain form may stand anywhere. Listed origins also get the CORS headers that the element needs.
 */
export function mayEmbed({ config }: Context, request: Request, response: Response): boolean {
  const origin = request.get('origin');
  response.vary('Origin');
  if (origin === undefined || origin === 'null' || origin === new URL(config.publicUrl).origin) return true; // `null`: our own pages send no referrer
  if (config.embedOrigins.includes(origin)) {
    response.set({
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'content-type',
      'Access-Control-Max-Age': '86400',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    return true;
  }
  return config.embedOrigins.length === 0 || isSameHost(request, origin);
}

/** Behind a name that PUBLIC_URL does not know, such as 127.0.0.1 for localhost, our own page is still our own. */
function isSameHost(request: Request, origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === request.get('host');
}
