import type { Request } from 'express';
import { openLinkLookUp } from '#src/articles/look-up-link';
import { asked } from '#src/http/studio/form';

/** `?links=1`: the checks ask the links too. It reaches out to other sites, so only an editor's own visit starts it, never another site's page. */
export function linkLookUp(request: Request): ReturnType<typeof openLinkLookUp> | undefined {
  const site = request.get('sec-fetch-site') ?? 'none';
  const isOurs = request.method === 'GET' && (site === 'same-origin' || site === 'none');
  return isOurs && asked(request, 'links') === '1' ? openLinkLookUp() : undefined;
}
