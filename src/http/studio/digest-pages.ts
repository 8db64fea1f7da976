import { type Request, type Response, Router } from 'express';
import type { Context } from '#src/context';
import { findDigest } from '#src/digests/find-digest';
import { listDigests } from '#src/digests/list-digests';
import { previewDigest } from '#src/digests/preview-digest';
import { eventStream, progressStream } from '#src/http/progress-stream';
import { previewHeaders } from '#src/http/preview-headers';
import { escapeHtml } from '#src/http/pages/escape-html';
import { showEditor } from '#src/http/studio/editor-page';
import { asked, field, readForm } from '#src/http/studio/form';
import { previewModes, showAs } from '#src/http/studio/preview-modes';
import { findPreviewReader } from '#src/http/studio/preview-reader';
import { showReview } from '#src/http/studio/review-page';
import { showStudio } from '#src/http/studio/show-studio';
import { actorWith, mayDo, pathPart } from '#src/http/studio/signed-in';
import { showWatch } from '#src/http/studio/watch-page';
import { listNewsletters } from '#src/newsletters/list-newsletters';

const pageLength = 40;

/** What a digest looks like in each of its states, its preview, and its progress as it happens. All of these only show. */
export function digestPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });

  router.get('/studio/digests', async (request, response) => {
    const before = asked(request, 'before');
    const digests = await listDigests(ctx, { before: /^\d{1,18}$/.test(before) ? before : undefined, limit: pageLength + 1 });
    const shown = digests.slice(0, pageLength);
    const next = digests.length > pageLength ? (shown.at(-1)?.id ?? null) : null;
    const newsletters = await listNewsletters(ctx, { limit: 50 });
    showStudio(ctx, request, response, { page: 'digests', variables: { digests: shown, next, newsletters } });
  });

  router.get('/studio/digests/:id', async (request, response) => {
    const digest = await findDigest(ctx.db, pathPart(request, 'id'));
    if (digest.state === 'draft') return showEditor(ctx, request, response, digest);
    if (digest.state === 'scheduled' && !hasCome(digest.sendAt, ctx.now())) return showReview(ctx, request, response, digest);
    if (digest.state === 'skipped') return showStudio(ctx, request, response, { page: 'record', variables: { digest } });
    return showWatch(ctx, request, response, digest);
  });

  router.post('/studio/digests/:id', readForm, (request, response) => showAsReader(ctx, request, response));

  router.get('/studio/digests/:id/review', async (request, response) => {
    const digest = await findDigest(ctx.db, pathPart(request, 'id'));
    if (digest.state === 'draft' || digest.state === 'scheduled') return showReview(ctx, request, response, digest);
    response.redirect(303, `/studio/digests/${digest.id}`);
  });

  router.get('/studio/digests/:id/preview', async (request, response) => {
    const preview = await previewDigest(ctx, pathPart(request, 'id'), { subscriberId: readerAsked(request, response) });
    const mode = previewModes.find((known) => known === asked(request, 'mode')) ?? 'light';
    const text = `<!doctype html><meta charset="utf-8"><pre dir="auto" style="white-space:pre-wrap;font:14px/1.5 monospace">${escapeHtml(preview.text)}</pre>`;
    const html = asked(request, 'as') === 'text' ? text : showAs(preview.html, mode);
    response
      .set({ ...previewHeaders, 'Cache-Control': 'no-store' })
      .type('html')
      .send(html);
  });

  router.get('/studio/digests/:id/digest.eml', async (request, response) => {
    const { eml } = await previewDigest(ctx, pathPart(request, 'id'), { subscriberId: readerAsked(request, response) });
    response
      .set({ 'Cache-Control': 'no-store' })
      .attachment(`digest-${pathPart(request, 'id')}.eml`)
      .type('message/rfc822')
      .send(eml);
  });

  router.get('/studio/digests/:id/progress', async (request, response) => {
    const { id } = await findDigest(ctx.db, pathPart(request, 'id'));
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.set(eventStream.headers).type(eventStream.type).flushHeaders();
    for await (const event of progressStream(ctx, id, gone.signal)) response.write(event);
    response.end();
  });
  return router;
}

/** Whose place the preview takes: the form brings an address, which then stands in no address bar and no log; the page's query has the id. */
async function showAsReader(ctx: Context, request: Request, response: Response): Promise<void> {
  actorWith(response, 'subscribers:read');
  const digest = await findDigest(ctx.db, pathPart(request, 'id'));
  if (digest.state !== 'draft') return response.redirect(303, `/studio/digests/${digest.id}`);
  const who = field(request, 'who').trim().slice(0, 300);
  const reader = who === '' ? null : await findPreviewReader(ctx, digest.newsletter.id, who);
  if (who !== '' && !reader) return showEditor(ctx, request, response, digest, { status: 422, unknownReader: who });
  const query = new URLSearchParams(reader ? { subscriber: reader.id } : {});
  for (const name of ['as', 'mode', 'width', 'q']) if (asked(request, name)) query.set(name, asked(request, name));
  response.redirect(303, `/studio/digests/${digest.id}?${query.toString()}#preview`);
}

function readerAsked(request: Request, response: Response): string | undefined {
  return mayDo(response, 'subscribers:read') ? asked(request, 'subscriber') || undefined : undefined;
}

function hasCome(sendAt: Date | null, now: Date): boolean {
  return sendAt !== null && sendAt <= now;
}
