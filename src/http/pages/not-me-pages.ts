import { Router } from 'express';
import type { Context } from '#src/context';
import { openLink } from '#src/http/pages/open-link';
import { showPage } from '#src/http/pages/show-page';
import { maskAddress } from '#src/mail/address';
import { disown } from '#src/subscribers/disown';

/** `GET·POST /not-me/:token`: somebody else typed this address, and its owner wants no more of it. */
export function notMePages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  const wanted = { purpose: 'notMe', expired: 'undo' } as const;

  router.get('/not-me/:token', async (request, response) => {
    const opened = await openLink(ctx, request, response, wanted);
    if (!opened) return;
    const { address, subscriberState, language } = opened.reader;
    const variables = { action: request.path, maskedAddress: maskAddress(address), done: subscriberState === 'suppressed' };
    showPage(ctx, request, response, { page: 'not-me', language, variables });
  });

  router.post('/not-me/:token', async (request, response) => {
    const opened = await openLink(ctx, request, response, wanted);
    if (!opened) return;
    await disown(ctx, opened.reader.subscriptionId);
    response.redirect(303, request.path);
  });
  return router;
}
