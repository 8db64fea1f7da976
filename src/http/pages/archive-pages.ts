import { type Request, type Response, Router } from 'express';
import type { Context } from '#src/context';
import { comingHours } from '#src/digests/coming-hours';
import { findPublished } from '#src/digests/find-published';
import { type PublishedDigest, publishedDigests } from '#src/digests/published-digests';
import { atomFeed, jsonFeed, rssFeed } from '#src/http/pages/feeds';
import { digestLink } from '#src/http/pages/digest-link';
import { publicDigest } from '#src/http/pages/public-digest';
import { showPage } from '#src/http/pages/show-page';
import { wallTimeOf } from '#src/zone-time';

/** Digests on one page of the archive. */
const perPage = 100;
const digestPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; script-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** `/digests`, its feeds, and each digest as it was mailed. */
export function archivePages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });

  router.get('/digests', async (request, response) => {
    const search =
      typeof request.query['q'] === 'string'
        ? request.query['q']
            .replace(/\p{Cc}/gu, '')
            .trim()
            .slice(0, 100)
        : '';
    const before = readCursor(request.query['before']);
    const found = await publishedDigests(ctx.db, { search: search || undefined, before, limit: perPage + 1 });
    const digests = found.slice(0, perPage);
    const next = found.length === 0 && search === '' ? (await comingHours(ctx, { days: 8 }))[0] : undefined;
    const keep: Record<string, string> = search === '' ? {} : { q: search };
    const last = found.length > perPage ? digests.at(-1) : undefined;
    const olderPath = last && `/digests?${new URLSearchParams({ ...keep, before: writeCursor(last) }).toString()}`;
    const newestPath = before && `/digests?${new URLSearchParams(keep).toString()}`.replace(/\?$/, '');
    const variables = { months: byMonth(digests), search, firstAt: next?.at, olderPath, newestPath };
    showPage(ctx, request, response, { page: 'archive', variables, zone: next?.zone ?? digests[0]?.zone, keep });
  });

  const feeds = { 'feed.atom': atomFeed, 'feed.rss': rssFeed, 'feed.json': jsonFeed };
  for (const [name, write] of Object.entries(feeds)) {
    router.get(`/digests/${name}`, async (_request, response) => {
      const feed = write(ctx.config.publicUrl, await publishedDigests(ctx.db, { limit: 30 }));
      response.set('Cache-Control', 'public, max-age=300').type(feed.type).send(feed.text);
    });
  }

  router.get('/digests/:slug', (request, response) => showDigest(ctx, request, response));
  return router;
}

async function showDigest(ctx: Context, request: Request, response: Response): Promise<void> {
  const digest = await findPublished(ctx.db, String(request.params['slug']).slice(0, 200));
  if (digest && digest.withdrawnAt === null) {
    response.set({ 'Content-Security-Policy': digestPolicy, 'Cache-Control': 'public, max-age=60', 'Content-Language': digest.language });
    return void response.type('html').send(publicDigest(digest, ctx.config.publicUrl));
  }
  const latest = (await publishedDigests(ctx.db, { limit: 5 })).map(digestLink);
  const status = digest ? 410 : 404;
  return showPage(ctx, request, response, { page: 'digest-missing', status, variables: { withdrawn: digest !== null, latest } });
}

/** The last digest of the page before: its moment and its id. */
function writeCursor({ publishedAt, id }: PublishedDigest): string {
  return `${publishedAt.getTime()}-${id}`;
}

function readCursor(text: unknown): { publishedAt: Date; id: string } | undefined {
  const [, milliseconds, id] = /^(\d{1,14})-(\d{1,18})$/.exec(typeof text === 'string' ? text : '') ?? [];
  return milliseconds === undefined || id === undefined ? undefined : { publishedAt: new Date(Number(milliseconds)), id };
}

function byMonth(digests: readonly PublishedDigest[]): { startsAt: Date; digests: ReturnType<typeof digestLink>[] }[] {
  const months = new Map<string, PublishedDigest[]>();
  for (const digest of digests) {
    const month = wallTimeOf(digest.publishedAt, digest.zone).slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), digest]);
  }
  return [...months].map(([month, own]) => ({ startsAt: new Date(`${month}-15T00:00:00Z`), digests: own.map(digestLink) }));
}
