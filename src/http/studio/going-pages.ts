import { type Request, type Response, Router } from 'express';
import type { Actor } from '#src/accounts/actor';
import { recordAudit } from '#src/accounts/record-audit';
import type { Context } from '#src/context';
import { cancelDigest } from '#src/digests/cancel-digest';
import { findDigest } from '#src/digests/find-digest';
import { letGo } from '#src/digests/let-go';
import { pauseDigest } from '#src/digests/pause-digest';
import { resumeDigest } from '#src/digests/resume-digest';
import { scheduleDigest, unscheduleDigest } from '#src/digests/schedule-digest';
import { sendDigest } from '#src/digests/send-digest';
import { unsendDigest } from '#src/digests/unsend-digest';
import { withdrawDigest } from '#src/digests/withdraw-digest';
import { field, readForm } from '#src/http/studio/form';
import { refused } from '#src/http/studio/refused';
import { showReview } from '#src/http/studio/review-page';
import type { Done } from '#src/http/studio/show-studio';
import { showWatch } from '#src/http/studio/watch-page';
import { actorWith, editorOf, pathPart } from '#src/http/studio/signed-in';
import { studioLanguage } from '#src/http/studio/studio-language';

interface Act {
  /** Last part of the form's address, and the word of the audit. */
  name: string;
  run(ctx: Context, digestId: string, request: Request): Promise<unknown>;
  done?: Done;
}

const holdSeconds = 60;

/** TABLE of what makes a digest go, stop, and come back. Only who may send may do it. */
const acts: readonly Act[] = [
  {
    name: 'schedule',
    run: (ctx, id, request) =>
      scheduleDigest(ctx, id, { at: field(request, 'at').slice(0, 16), zone: field(request, 'zone'), canary: hasCanary(request) }),
    done: 'scheduled',
  },
  { name: 'unschedule', run: (ctx, id) => unscheduleDigest(ctx, id), done: 'unscheduled' },
  {
    name: 'send',
    run: (ctx, id, request) =>
      sendDigest(ctx, id, { expectedRecipients: Number(field(request, 'recipients')), holdSeconds, canary: hasCanary(request) }),
  },
  { name: 'undo', run: (ctx, id) => unsendDigest(ctx, id), done: 'undone' },
  { name: 'pause', run: (ctx, id) => pauseDigest(ctx, id), done: 'paused' },
  { name: 'resume', run: (ctx, id) => resumeDigest(ctx, id), done: 'resumed' },
  { name: 'release', run: (ctx, id) => letGo(ctx, id), done: 'released' },
  { name: 'cancel', run: (ctx, id) => cancelDigest(ctx, id), done: 'cancelled' },
  { name: 'withdraw', run: (ctx, id) => withdrawDigest(ctx, id, { withdrawn: true }), done: 'withdrawn' },
  { name: 'restore', run: (ctx, id) => withdrawDigest(ctx, id, { withdrawn: false }), done: 'restored' },
];

export function goingPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  for (const act of acts) {
    router.post(`/studio/digests/:id/${act.name}`, readForm, (request, response) => perform(ctx, request, response, act));
  }
  return router;
}

function hasCanary(request: Request): boolean {
  return field(request, 'canary') === 'on';
}

async function perform(ctx: Context, request: Request, response: Response, act: Act): Promise<void> {
  const actor: Actor = actorWith(response, 'digests:send');
  const id = pathPart(request, 'id');
  try {
    await act.run(ctx, id, request);
  } catch (error) {
    return showRefusal(ctx, request, response, refused(error, studioLanguage(request, editorOf(response))));
  }
  await recordAudit(ctx.db, actor, `digest.${act.name}`, `digest:${id}`);
  response.redirect(303, `/studio/digests/${id}${act.done ? `?done=${act.done}` : ''}`);
}

/** On the page where the button stood, as the digest is now. */
async function showRefusal(ctx: Context, request: Request, response: Response, trouble: ReturnType<typeof refused>): Promise<void> {
  const digest = await findDigest(ctx.db, pathPart(request, 'id'));
  const isBefore = digest.state === 'draft' || digest.state === 'scheduled';
  const wish = { at: field(request, 'at').slice(0, 16), zone: field(request, 'zone') };
  return isBefore
    ? showReview(ctx, request, response, digest, { ...trouble, ...wish })
    : showWatch(ctx, request, response, digest, trouble);
}
