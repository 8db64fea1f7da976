import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { assets } from '#src/http/assets';
import { publicPages } from '#src/http/pages/pages';
import { answerProblems } from '#src/http/problem';
import { nameRequest } from '#src/http/request-id';
import { securityHeaders } from '#src/http/security-headers';
import type { TestApp } from '../support/app.js';

/** TEMPORARY, until the app mounts the public pages. */
export async function mountPages({ ctx }: TestApp): Promise<{ url: string; close(): void }> {
  const app = express();
  app.set('trust proxy', ctx.config.trustedProxies.length > 0 ? ctx.config.trustedProxies : false);
  app.use(nameRequest, securityHeaders(ctx), assets(), publicPages(ctx), answerProblems(ctx));
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
