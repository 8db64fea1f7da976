import { Router } from 'express';
import type { Context } from '#src/context';
import { archivePages } from '#src/http/pages/archive-pages';
import { articlePages } from '#src/http/pages/articles';
import { checkInboxPages } from '#src/http/pages/check-inbox-pages';
import { confirmPages } from '#src/http/pages/confirm-pages';
import { dataPages } from '#src/http/pages/data-pages';
import { embedPages } from '#src/http/pages/embed-pages';
import { notMePages } from '#src/http/pages/not-me-pages';
import { preferencesPages } from '#src/http/pages/preferences-pages';
import { subscribePages } from '#src/http/pages/subscribe-pages';
import { unsubscribePages } from '#src/http/pages/unsubscribe-pages';
import { welcomePages } from '#src/http/pages/welcome-pages';

/** Everything a visitor or a reader sees. GET and HEAD show; only POST acts. */
export function publicPages(ctx: Context): Router[] {
  const start = Router({ caseSensitive: true });
  start.get('/', (request, response) => {
    const query = new URL(request.originalUrl, 'http://any').search;
    response.redirect(302, `/subscribe${query}`);
  });
  const forVisitors = [subscribePages(ctx), checkInboxPages(ctx), confirmPages(ctx), welcomePages(ctx), unsubscribePages(ctx)];
  const forReaders = [preferencesPages(ctx), dataPages(ctx), notMePages(ctx), archivePages(ctx), articlePages(ctx), embedPages(ctx)];
  return [...forVisitors, ...forReaders, start];
}
