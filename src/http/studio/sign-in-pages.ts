import { Router } from 'express';
import { requestSignIn } from '#src/accounts/request-sign-in';
import { signIn } from '#src/accounts/sign-in';
import { signOut } from '#src/accounts/sign-out';
import type { Context } from '#src/context';
import { field, readForm } from '#src/http/studio/form';
import { clearSessionCookie, readSessionCookie, setSessionCookie } from '#src/http/studio/session-cookie';
import { showStudio } from '#src/http/studio/show-studio';
import { pathPart } from '#src/http/studio/signed-in';
import { chooseLanguage } from '#src/http/studio/studio-language';
import { parseAddress } from '#src/mail/address';

/** Sign-in by mailed link. A GET shows, for scanners open links; only the button signs in. */
export function signInPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });

  router.get('/studio/sign-in', (request, response) => {
    showStudio(ctx, request, response, { page: 'sign-in', variables: { email: '', isWrong: false, isSent: false } });
  });

  router.post('/studio/sign-in', readForm, async (request, response) => {
    const email = field(request, 'email').trim();
    const isWrong = typeof parseAddress(email) === 'string';
    if (!isWrong) await requestSignIn(ctx, email);
    const variables = { email, isWrong, isSent: !isWrong }; // the same whether or not the address has an account
    showStudio(ctx, request, response, { page: 'sign-in', status: isWrong ? 422 : 200, variables });
  });

  router.get('/studio/sign-in/:token', (request, response) => {
    showStudio(ctx, request, response, { page: 'sign-in-link', variables: { action: request.path } });
  });

  router.post('/studio/sign-in/:token', async (request, response) => {
    const outcome = await signIn(ctx, pathPart(request, 'token'));
    if (!outcome.ok) return showStudio(ctx, request, response, { page: 'sign-in-over', status: 410, variables: {} });
    setSessionCookie(ctx, response, outcome.session);
    response.redirect(303, '/studio');
  });

  router.post('/studio/sign-out', async (request, response) => {
    const session = readSessionCookie(ctx, request);
    if (session !== undefined) await signOut(ctx, session);
    clearSessionCookie(ctx, response);
    response.redirect(303, '/studio/sign-in');
  });

  router.post('/studio/language', readForm, (request, response) => {
    chooseLanguage(ctx, response, field(request, 'language'));
    const back = field(request, 'back');
    response.redirect(303, /^\/studio(?:\/[\w./-]*)?$/.test(back) ? back : '/studio');
  });
  return router;
}
