import type { RequestHandler } from 'express';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';

/**
 * The studio acts on forms of its own pages only. Browsers say where a form came from (Fetch Metadata; Origin, RFC 6454); what says neither is
 * no browser of an editor. It may sign in all the same: the link is the secret there, and no cookie counts.
 */
export function sameOriginOnly(ctx: Context): RequestHandler {
  const publicOrigin = new URL(ctx.config.publicUrl).origin;
  return (request, _response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next();
    const site = request.get('sec-fetch-site');
    const origin = request.get('origin');
    const isOwnOrigin = origin === publicOrigin || origin === `${request.protocol}://${request.get('host')}`;
    const isForeign = origin !== undefined && origin !== 'null' && !isOwnOrigin; // `null` is what a page without referrer says
    const isSignIn = request.originalUrl.startsWith('/studio/sign-in/') && origin === undefined;
    const isOurs = site === undefined ? isOwnOrigin || isSignIn : site === 'same-origin' && !isForeign;
    if (!isOurs) throw new Refusal('not-allowed', 'The studio takes forms from its own pages only.');
    next();
  };
}
