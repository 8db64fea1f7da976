import { type Request, type Response, Router } from 'express';
import type { Context } from '#src/context';
import { callerIp } from '#src/http/pages/caller-ip';
import { mailboxOf } from '#src/http/pages/mailboxes';
import { networkLimit } from '#src/http/pages/network-limit';
import { withLanguage } from '#src/http/pages/page-language';
import { showPage } from '#src/http/pages/show-page';
import { showBusy } from '#src/http/pages/show-busy';
import { readSignUpCookie, setSignUpCookie } from '#src/http/pages/sign-up-cookie';
import { t } from '#src/locales';
import { askAgain, askAgainMinutes } from '#src/subscribers/ask-again';

/** `GET /subscribe/check-inbox`, `POST /subscribe/resend`: for the browser that asked; any other sees no address. */
export function checkInboxPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  router.get('/subscribe/check-inbox', (request, response) => show(ctx, request, response));

  router.post('/subscribe/resend', networkLimit(ctx, { name: 'resend', most: 30, refuse: showBusy(ctx) }), async (request, response) => {
    const asked = await readSignUpCookie(ctx, request);
    if (asked === null) return response.redirect(303, withLanguage('/subscribe', request));
    const again = await askAgain(ctx, asked, { page: '/subscribe/resend', ip: callerIp(request) });
    if (again.asked) setSignUpCookie(ctx, response, again.requestId);
    return response.redirect(303, withLanguage(`/subscribe/check-inbox${again.asked ? '' : '?wait=1'}`, request));
  });
  return router;
}

async function show(ctx: Context, request: Request, response: Response): Promise<void> {
  const asked = await readSignUpCookie(ctx, request);
  if (asked === null) return showPage(ctx, request, response, { page: 'check-inbox', variables: {} });
  const { address, newsletter, language, askedAt, hasCookie } = asked;
  const againFrom = new Date(askedAt.getTime() + askAgainMinutes * 60_000);
  const isWaiting = request.query['wait'] === '1' && againFrom > ctx.now();
  const variables = {
    email: address,
    newsletterName: newsletter.name,
    sender: `${newsletter.name} <${ctx.config.mail.confirmationFrom}>`,
    subject: t(language, 'email.confirmation.subject', { newsletter: newsletter.name }),
    inbox: mailboxOf(address),
    sentAgainAt: hasCookie && !isWaiting ? askedAt : undefined,
    againFrom,
    tooSoon: isWaiting,
  };
  showPage(ctx, request, response, { page: 'check-inbox', language, zone: newsletter.zone, variables });
}
