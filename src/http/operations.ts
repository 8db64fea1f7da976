import { Router } from 'express';
import type { Context } from '#src/context';
import { endpoints } from '#src/http/endpoints';
import { isLocal } from '#src/http/is-local';
import { docsPage } from '#src/http/docs-page';
import { sendMetrics } from '#src/http/metrics';
import { openApiOf } from '#src/http/openapi';
import { readiness } from '#src/http/readiness';

/** For operators and developers. `/readyz` looks at what a request needs: Postgres, the queue, the migrations; not at the relay. */
export function operationsRoutes(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  router.get('/livez', (_request, response) => void response.set('Cache-Control', 'no-store').type('text').send('ok\n'));
  router.get('/readyz', async (_request, response) => {
    const parts = await readiness(ctx);
    const isReady = Object.values(parts).every((part) => part === 'ok');
    response
      .status(isReady ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ ready: isReady, parts });
  });
  if (ctx.config.adminPort === null) {
    router.get('/metrics', async (request, response, next) => {
      if (isLocal(request)) await sendMetrics(ctx, response);
      else next();
    });
  }
  const [description, docs] = [JSON.stringify(openApiOf(ctx.config, endpoints)), docsPage(endpoints)];
  router.get('/openapi.json', (_request, response) => void response.set('Cache-Control', 'no-cache').type('json').send(description));
  router.get('/docs', (_request, response) => void response.set('Cache-Control', 'no-cache').type('html').send(docs));
  return router;
}
