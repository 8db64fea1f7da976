import { type Request, type Response, Router } from 'express';
import { recordAudit } from '#src/accounts/record-audit';
import type { Context } from '#src/context';
import { ChecksBlocked } from '#src/digests/approve-digest';
import { type Correction, correctDigest } from '#src/digests/correct-digest';
import { Arrangement, DigestWords } from '#src/digests/digest';
import { draftDigest } from '#src/digests/draft-digest';
import { chosenArticles, findDigest } from '#src/digests/find-digest';
import { pauseDigest } from '#src/digests/pause-digest';
import { Refusal } from '#src/errors';
import { seat } from '#src/http/studio/arrangement';
import { showCorrection } from '#src/http/studio/correction-page';
import { field, readForm } from '#src/http/studio/form';
import { refused } from '#src/http/studio/refused';
import { actorWith, editorOf, pathPart } from '#src/http/studio/signed-in';
import { studioLanguage } from '#src/http/studio/studio-language';
import { typedArticle, typedVersion, typedWords } from '#src/http/studio/typed-correction';
import { languageFor, t } from '#src/locales';

/**
 * What an editor does about a mistake. In mid-send: pause, correct, go on to those who have not had it. Afterwards: a digest of its own to those
 * who had the faulty one.
 */
export function correctionPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  const path = '/studio/digests/:id/correction';

  router.get(path, async (request, response) => {
    actorWith(response, 'digests:send');
    const digest = await findDigest(ctx.db, pathPart(request, 'id'));
    if (digest.state !== 'paused') return response.redirect(303, `/studio/digests/${digest.id}`);
    await showCorrection(ctx, request, response, digest);
  });

  router.post(`${path}/pause`, async (request, response) => {
    const actor = actorWith(response, 'digests:send');
    const id = pathPart(request, 'id');
    const { state } = await findDigest(ctx.db, id);
    if (state === 'sending') {
      await pauseDigest(ctx, id);
      await recordAudit(ctx.db, actor, 'digest.pause', `digest:${id}`);
    }
    response.redirect(303, `/studio/digests/${id}/correction`);
  });

  router.post(path, readForm, (request, response) => correct(ctx, request, response));
  router.post(`${path}/letter`, readForm, (request, response) => draftLetter(ctx, request, response));
  return router;
}

async function correct(ctx: Context, request: Request, response: Response): Promise<void> {
  const actor = actorWith(response, 'digests:send');
  const id = pathPart(request, 'id');
  const resume = field(request, 'after') === 'resume';
  try {
    const { contentVersion } = await correctDigest(ctx, id, { ...(await typedCorrection(ctx, request, id)), resume });
    await recordAudit(ctx.db, actor, 'digest.correct', `digest:${id}`, { contentVersion, resume });
    response.redirect(303, resume ? `/studio/digests/${id}?done=resumed` : `/studio/digests/${id}/correction?done=corrected`);
  } catch (error) {
    const { status, notice } = refused(error, studioLanguage(request, editorOf(response)));
    const digest = await findDigest(ctx.db, id);
    if (digest.state !== 'paused') return response.redirect(303, `/studio/digests/${id}`); // it has moved on: this is how it stands
    const blocking = error instanceof ChecksBlocked ? error.blocking : [];
    const isStale = error instanceof Refusal && error.code === 'version-changed';
    await showCorrection(ctx, request, response, digest, { status, notice, isStale, blocking });
  }
}

async function typedCorrection(ctx: Context, request: Request, id: string): Promise<Omit<Correction, 'resume'>> {
  const kept = (await chosenArticles(ctx.db, id)).flatMap((chosen) => {
    const { isOut, ...words } = typedArticle(request, chosen);
    return isOut ? [] : [{ articleId: chosen.articleId, slot: chosen.slot, ...words }];
  });
  const words = DigestWords.safeParse(typedWords(request));
  const articles = Arrangement.safeParse(kept);
  if (!words.success || !articles.success) throw new Refusal('invalid', 'A text is too long.', { extra: { reason: 'too-long' } });
  const whole = articles.data.map((article) => ({ ...article, slot: article.slot ?? ('brief' as const) }));
  return { ...words.data, articles: seat(whole), ifMatch: typedVersion(request) };
}

/** A draft of the same articles for those who had that version; its words are still to be written. */
async function draftLetter(ctx: Context, request: Request, response: Response): Promise<void> {
  const actor = actorWith(response, 'digests:write');
  const faulty = await findDigest(ctx.db, pathPart(request, 'id'));
  const version = /^[1-9]\d{0,3}$/.test(field(request, 'version')) ? Number(field(request, 'version')) : undefined;
  const articles = (await chosenArticles(ctx.db, faulty.id)).map(({ article: _article, ...own }) => own);
  const subject = t(languageFor(faulty.newsletter.language), 'studio.correction.subject', { subject: faulty.subject }).slice(0, 300);
  const { newsletter, cadence, id: digestId } = faulty;
  const draft = await draftDigest(ctx, { newsletter: newsletter.slug, cadence, subject, articles, corrects: { digestId, version } });
  await recordAudit(ctx.db, actor, 'digest.draft', `digest:${draft.id}`, { corrects: digestId });
  response.redirect(303, `/studio/digests/${draft.id}`);
}
