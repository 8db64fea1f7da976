import express, { type Express, type RequestHandler } from 'express';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import { assets } from '#src/http/assets';
import { bindEndpoints } from '#src/http/bind-endpoints';
import { endpoints } from '#src/http/endpoints';
import { inboxRoutes } from '#src/http/inbox';
import { operationsRoutes } from '#src/http/operations';
import { publicPages } from '#src/http/pages/pages';
import { answerProblems } from '#src/http/problem';
import { nameRequest } from '#src/http/request-id';
import { securityHeaders } from '#src/http/security-headers';
import { trustOf } from '#src/http/trust-of';
import { studioPages } from '#src/http/studio/pages';

/** The table's paths are whole; a request for a page must not be held against each of them. */
function underItsOwnPath(router: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const { url } = request;
    request.url = request.originalUrl;
    return router(request, response, (error?: unknown) => {
      request.url = url;
      next(error);
    });
  };
}

/** Everything that answers over HTTP, in the order in which it is asked. */
export function createApp(ctx: Context): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple'); // flat: no nested objects from a query
  app.set('trust proxy', ctx.config.trustedProxies.length > 0 ? trustOf(ctx.config.trustedProxies) : false);
  app.set('case sensitive routing', true);

  app.use(nameRequest, securityHeaders(ctx));
  app.use(['/v1', '/hooks'], underItsOwnPath(bindEndpoints(ctx, endpoints)));
  app.use(publicPages(ctx)); // before what is asked for less: each router on the way costs every sign-up time and memory
  app.use(assets());
  app.use(operationsRoutes(ctx));
  app.use(inboxRoutes(ctx));
  app.use(studioPages(ctx));
  app.use(() => {
    throw new Refusal('not-found', 'There is nothing at this address.');
  });
  app.use(answerProblems(ctx));
  return app;
}
