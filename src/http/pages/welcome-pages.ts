import { type Request, type Response, Router } from 'express';
import type { Context } from '#src/context';
import { latestPublished } from '#src/digests/published-digests';
import { digestLink } from '#src/http/pages/digest-link';
import { openLink } from '#src/http/pages/open-link';
import { showPage } from '#src/http/pages/show-page';
import { showUnsubscribed } from '#src/http/pages/show-unsubscribed';
import { writeLink } from '#src/links';
import { maskAddress } from '#src/mail/address';
import { askLatest } from '#src/subscribers/ask-latest';
import { nextDigestAt } from '#src/newsletters/next-digest-at';
import type { Reader } from '#src/subscribers/reader';

/** `GET /welcome/:token`, `POST /welcome/:token/latest`. */
export function welcomePages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  const wanted = { purpose: 'welcome', expired: 'preferences' } as const;

  router.get('/welcome/:token', async (request, response) => {
    const opened = await openLink(ctx, request, response, wanted);
    if (opened) await show(ctx, request, response, opened.reader);
  });

  router.post('/welcome/:token/latest', async (request, response) => {
    const opened = await openLink(ctx, request, response, wanted);
    if (!opened) return;
    const latest = await latestPublished(ctx.db, opened.reader.newsletter.id);
    if (latest) await askLatest(ctx, opened.reader.subscriptionId, latest.id);
    response.redirect(303, `/welcome/${request.params['token']}${latest ? '?latest=sent' : ''}`);
  });
  return router;
}

async function show(ctx: Context, request: Request, response: Response, reader: Reader): Promise<void> {
  if (reader.state !== 'active') return showUnsubscribed(ctx, request, response, { reader, fresh: false });
  const latest = await latestPublished(ctx.db, reader.newsletter.id);
  const variables = {
    newsletterName: reader.newsletter.name,
    maskedAddress: maskAddress(reader.address),
    sender: ctx.config.mail.from,
    nextAt: (await nextDigestAt(ctx.db, reader.newsletter.id, reader.cadences, ctx.now())) ?? undefined,
    latest: latest ? digestLink(latest) : undefined,
    latestAction: `${request.path}/latest`,
    latestAsked: request.query['latest'] === 'sent',
    preferencesPath: `/preferences/${writeLink(ctx.config.keys, 'preferences', reader.subscriptionId, ctx.now())}`,
  };
  return showPage(ctx, request, response, { page: 'welcome', language: reader.language, zone: reader.newsletter.zone, variables });
}
