import { type Request, type Response, Router } from 'express';
import { recordAudit } from '#src/accounts/record-audit';
import type { Context } from '#src/context';
import { findDigest } from '#src/digests/find-digest';
import { resendUnknown } from '#src/digests/resend-unknown';
import { Refusal } from '#src/errors';
import { fields, field, readForm } from '#src/http/studio/form';
import { lastNamed, mostNamed } from '#src/http/studio/named-readers';
import { refused } from '#src/http/studio/refused';
import { actorWith, editorOf, pathPart } from '#src/http/studio/signed-in';
import { studioLanguage } from '#src/http/studio/studio-language';
import { showWatch } from '#src/http/studio/watch-page';

/** `/studio/digests/:id/resend`: readers of whom nobody knows whether they have it get it once more. */
export function resendPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  router.post('/studio/digests/:id/resend', readForm, (request, response) => resend(ctx, request, response));
  return router;
}

async function resend(ctx: Context, request: Request, response: Response): Promise<void> {
  const actor = actorWith(response, 'digests:send');
  const digest = await findDigest(ctx.db, pathPart(request, 'id'));
  try {
    const items = await resendUnknown(ctx, digest.id, wanted(request));
    const subscriberIds = items.flatMap(({ subscriberId, result }) => (result === 'queued' ? [subscriberId] : []));
    if (subscriberIds.length > 0) await recordAudit(ctx.db, actor, 'digest.resend', `digest:${digest.id}`, { subscriberIds });
    const counts = { sent: String(subscriberIds.length), left: String(items.length - subscriberIds.length) };
    const after = lastNamed(request, 'unknown');
    const query = new URLSearchParams({ done: 'resent', ...counts, ...(after === null ? {} : { unknown: after }) });
    response.redirect(303, `/studio/digests/${digest.id}?${query.toString()}`);
  } catch (error) {
    await showWatch(ctx, request, response, digest, refused(error, studioLanguage(request, editorOf(response))));
  }
}

/** Those who are ticked, or, by the other button, all whom the page listed. */
function wanted(request: Request): string[] {
  const ids = fields(request, field(request, 'whom') === 'listed' ? 'listed' : 'subscriberId').filter((id) => /^[0-9]{1,18}$/.test(id));
  if (ids.length === 0) throw new Refusal('invalid', 'Choose at least one reader.', { extra: { reason: 'none-chosen' } });
  return ids.slice(0, mostNamed);
}
