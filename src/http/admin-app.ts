import express, { type Express } from 'express';
import type { Context } from '#src/context';
import { sendMetrics } from '#src/http/metrics';

/** `BRIEFING_ADMIN_PORT`, on loopback: what operators' programs read and nobody else may. */
export function createAdminApp(ctx: Context): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/livez', (_request, response) => void response.type('text').send('ok\n'));
  app.get('/metrics', (_request, response) => sendMetrics(ctx, response));
  return app;
}
