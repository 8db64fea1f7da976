import { type Request, type Response, Router } from 'express';
import { recordAudit } from '#src/accounts/record-audit';
import type { Context } from '#src/context';
import { arrangeDigest } from '#src/digests/arrange-digest';
import { changeDigest } from '#src/digests/change-digest';
import { deleteDigest } from '#src/digests/delete-digest';
import { ArrangedArticle, type DigestArticle, DigestWords } from '#src/digests/digest';
import { draftDigest } from '#src/digests/draft-digest';
import { chosenArticles, findDigest } from '#src/digests/find-digest';
import { Refusal } from '#src/errors';
import { editArticle, moveArticle, withArticles, withoutArticle } from '#src/http/studio/arrangement';
import { showEditor } from '#src/http/studio/editor-page';
import { field, fields, readForm } from '#src/http/studio/form';
import { refused } from '#src/http/studio/refused';
import { actorWith, editorOf, pathPart } from '#src/http/studio/signed-in';
import { studioLanguage } from '#src/http/studio/studio-language';

/** What is done to a draft. Each form says one thing and comes back to the editor. */
export function draftPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });

  router.post('/studio/digests', readForm, async (request, response) => {
    const actor = actorWith(response, 'digests:write');
    const cadence = (['breaking', 'weekly'] as const).find((known) => known === field(request, 'cadence')) ?? 'daily';
    const digest = await draftDigest(ctx, { newsletter: field(request, 'newsletter'), cadence });
    await recordAudit(ctx.db, actor, 'digest.draft', `digest:${digest.id}`);
    response.redirect(303, `/studio/digests/${digest.id}`);
  });

  router.post('/studio/digests/:id/words', readForm, (request, response) => saveWords(ctx, request, response));

  router.post('/studio/digests/:id/articles', readForm, async (request, response) => {
    const ids = fields(request, 'articleId');
    await rearrange(ctx, request, response, (list) => withArticles(list, ids), { done: 'added' });
  });
  router.post('/studio/digests/:id/articles/remove', readForm, async (request, response) => {
    await rearrange(ctx, request, response, (list) => withoutArticle(list, field(request, 'articleId')), { done: 'removed' });
  });
  router.post('/studio/digests/:id/articles/move', readForm, async (request, response) => {
    const articleId = field(request, 'articleId');
    const to = field(request, 'to');
    await rearrange(ctx, request, response, (list) => moveArticle(list, articleId, to), { done: 'moved', articleId });
  });
  router.post('/studio/digests/:id/articles/edit', readForm, async (request, response) => {
    const edited = ArrangedArticle.safeParse({
      articleId: field(request, 'articleId'),
      slot: field(request, 'slot') === 'more' ? 'more' : 'brief',
      headline: field(request, 'headline'),
      description: field(request, 'description'),
      whyItMatters: field(request, 'whyItMatters'),
    });
    if (!edited.success) throw new Refusal('invalid', 'The text is too long.');
    const changed: DigestArticle = { ...edited.data, slot: edited.data.slot ?? 'brief' };
    await rearrange(ctx, request, response, (list) => editArticle(list, changed), { done: 'saved', articleId: changed.articleId });
  });

  router.post('/studio/digests/:id/deletion', async (request, response) => {
    const actor = actorWith(response, 'digests:write');
    const id = pathPart(request, 'id');
    await deleteDigest(ctx, id);
    await recordAudit(ctx.db, actor, 'digest.delete', `digest:${id}`);
    response.redirect(303, '/studio/digests?done=deleted');
  });
  return router;
}

async function saveWords(ctx: Context, request: Request, response: Response): Promise<void> {
  const actor = actorWith(response, 'digests:write');
  const id = pathPart(request, 'id');
  const typed = {
    subject: oneLine(field(request, 'subject')),
    preheader: oneLine(field(request, 'preheader')),
    note: field(request, 'note').trim() || null,
  };
  try {
    const words = DigestWords.safeParse(typed);
    if (!words.success) throw new Refusal('invalid', 'A text is too long.', { extra: { reason: 'too-long' } });
    await changeDigest(ctx, id, { ...words.data, ifMatch: Number(field(request, 'version')) || null });
    await recordAudit(ctx.db, actor, 'digest.change', `digest:${id}`);
    response.redirect(303, back(request, id, { done: 'saved' }));
  } catch (error) {
    const { status, notice } = refused(error, studioLanguage(request, editorOf(response)));
    const digest = await findDigest(ctx.db, id);
    if (digest.state !== 'draft') return response.redirect(303, `/studio/digests/${id}`); // it has moved on: this is how it stands
    await showEditor(ctx, request, response, digest, { status, notice, typed });
  }
}

type Rearrange = (list: DigestArticle[]) => DigestArticle[];

/** Reads, changes, and writes if nobody wrote in between; else again. */
async function rearrange(
  ctx: Context,
  request: Request,
  response: Response,
  change: Rearrange,
  what: { done: string; articleId?: string },
): Promise<void> {
  const actor = actorWith(response, 'digests:write');
  const id = pathPart(request, 'id');
  for (let tries = 1; ; tries += 1) {
    const digest = await findDigest(ctx.db, id);
    const list = (await chosenArticles(ctx.db, id)).map(({ article: _article, ...own }) => own);
    const articles = change(list);
    try {
      await arrangeDigest(ctx, id, { articles, ifMatch: digest.version });
      await recordAudit(ctx.db, actor, 'digest.arrange', `digest:${id}`);
      const place = articles.findIndex(({ articleId }) => articleId === what.articleId) + 1;
      return response.redirect(303, back(request, id, { done: what.done, ...(place > 0 ? { place: String(place) } : {}) }));
    } catch (error) {
      if (error instanceof Refusal && error.code === 'wrong-state') return response.redirect(303, `/studio/digests/${id}`);
      if (!(error instanceof Refusal && error.code === 'version-changed') || tries === 5) throw error;
    }
  }
}

/** To the editor as it was: the preview keeps its width and mode. */
function back(request: Request, id: string, more: Record<string, string>): string {
  const kept = ['as', 'mode', 'width', 'q', 'subscriber'].flatMap((name) => {
    const value = field(request, `keep-${name}`);
    return value === '' ? [] : [[name, value] as [string, string]];
  });
  return `/studio/digests/${id}?${new URLSearchParams([...kept, ...Object.entries(more)]).toString()}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
