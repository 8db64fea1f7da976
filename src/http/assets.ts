import { Router, static as serveStatic } from 'express';
import { projectFile } from '#src/project';

const oneYear = 365 * 24 * 3600 * 1000;

/** `templates/assets`: an address with `?v=` names its content, so it may be kept for a year; without, it is asked for again. */
export function assets(): Router {
  const router = Router({ caseSensitive: true });
  const options = { index: false, redirect: false, dotfiles: 'ignore' } as const;
  const named = serveStatic(projectFile('templates/assets'), { ...options, maxAge: oneYear, immutable: true });
  const unnamed = serveStatic(projectFile('templates/assets'), { ...options, maxAge: 0 });
  router.use('/assets', (request, response, next) => (request.query['v'] === undefined ? unnamed : named)(request, response, next));
  return router;
}
