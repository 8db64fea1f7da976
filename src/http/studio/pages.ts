import { Router } from 'express';
import type { Context } from '#src/context';
import { articlePages } from '#src/http/studio/article-pages';
import { correctionPages } from '#src/http/studio/correction-pages';
import { digestPages } from '#src/http/studio/digest-pages';
import { draftPages } from '#src/http/studio/draft-pages';
import { goingPages } from '#src/http/studio/going-pages';
import { serveHtmx } from '#src/http/studio/htmx';
import { resendPages } from '#src/http/studio/resend-pages';
import { sameOriginOnly } from '#src/http/studio/same-origin';
import { signedInOnly } from '#src/http/studio/signed-in';
import { signInPages } from '#src/http/studio/sign-in-pages';
import { testPages } from '#src/http/studio/test-pages';
import { todayPages } from '#src/http/studio/today-pages';

/** Everything for editors: forms from our own pages only, and, but for signing in, people with an account only. */
export function studioPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  router.get('/studio/htmx.js', serveHtmx);
  router.use('/studio', sameOriginOnly(ctx));
  router.use(signInPages(ctx));
  router.use('/studio', signedInOnly(ctx));
  router.use(
    todayPages(ctx),
    articlePages(ctx),
    digestPages(ctx),
    draftPages(ctx),
    testPages(ctx),
    goingPages(ctx),
    resendPages(ctx),
    correctionPages(ctx),
  );
  return router;
}
