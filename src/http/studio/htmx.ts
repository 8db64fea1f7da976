import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import { projectFile } from '#src/project';

const source = readFileSync(projectFile('node_modules/htmx.org/dist/htmx.min.js'));
const hash = createHash('sha256').update(source).digest('base64url').slice(0, 10);

/** Its address names its content, so it may be kept for a year. */
export function htmxPath(): string {
  return `/studio/htmx.js?v=${hash}`;
}

/** htmx as its package has it: served by us, since no page of ours loads from elsewhere. */
export const serveHtmx: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'public, max-age=31536000, immutable').type('text/javascript').send(source);
};
