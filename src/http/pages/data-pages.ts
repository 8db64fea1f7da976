import express, { type Request, type Response, Router } from 'express';
import type { Context } from '#src/context';
import { callerIp } from '#src/http/pages/caller-ip';
import { networkLimit } from '#src/http/pages/network-limit';
import { openLink, showUnknownLink } from '#src/http/pages/open-link';
import { pageLanguage, withLanguage } from '#src/http/pages/page-language';
import type { FieldFault } from '#src/http/pages/page-variables';
import { showBusy } from '#src/http/pages/show-busy';
import { showPage } from '#src/http/pages/show-page';
import { addressFault, defaultNewsletter } from '#src/http/pages/sign-up-form';
import { readLink, writeLink } from '#src/links';
import { maskAddress } from '#src/mail/address';
import { askForLinks } from '#src/subscribers/ask-for-links';
import { erase } from '#src/subscribers/erase';
import { exportData } from '#src/subscribers/export-data';
import { findReader } from '#src/subscribers/find-reader';
import type { Reader } from '#src/subscribers/reader';
import { SubscriberEmail } from '#src/subscribers/subscriber';

/** `GET·POST /data` (ask by address) and `GET·POST /data/:token` (what the mailed link opens). */
export function dataPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  const form = express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 50 });

  router.get('/data', (request, response) => {
    showPage(ctx, request, response, { page: 'data', variables: { email: '', asked: request.query['asked'] === '1', faults: [] } });
  });
  router.post('/data', form, networkLimit(ctx, { name: 'data', most: 30, refuse: showBusy(ctx) }), (request, response) =>
    ask(ctx, request, response),
  );

  router.get('/data/:token', async (request, response) => {
    const reader = await readerOf(ctx, request, response);
    if (reader) showChoices(ctx, request, response, { reader, faults: [] });
  });
  router.post('/data/:token', form, async (request, response) => {
    if (await renewExpired(ctx, request, response)) return;
    const reader = await readerOf(ctx, request, response);
    if (reader) await act(ctx, request, response, reader);
  });
  return router;
}

async function ask(ctx: Context, request: Request, response: Response): Promise<void> {
  const typed = fieldOf(request, 'email');
  const parsed = SubscriberEmail.safeParse(typed);
  if (!parsed.success) {
    const faults = [{ field: 'email', code: addressFault(typed) }];
    return showPage(ctx, request, response, { page: 'data', status: 422, variables: { email: typed, asked: false, faults } });
  }
  await mailLinks(ctx, request, { address: parsed.data, newsletter: defaultNewsletter, language: pageLanguage(request) });
  return response.redirect(303, withLanguage('/data?asked=1', request));
}

/** An erased person's link still works for its hour, and says that they are erased. */
async function readerOf(ctx: Context, request: Request, response: Response): Promise<Reader | null> {
  const reading = readLink(ctx.config.keys, 'data', String(request.params['token']), ctx.now());
  if (reading.ok && !(await findReader(ctx.db, reading.subject))) {
    showPage(ctx, request, response, { page: 'erased', variables: {} });
    return null;
  }
  return (await openLink(ctx, request, response, { purpose: 'data', expired: 'data' }))?.reader ?? null;
}

async function act(ctx: Context, request: Request, response: Response, reader: Reader): Promise<void> {
  if (fieldOf(request, 'act') === 'export') {
    response.set({ 'Cache-Control': 'no-store', 'Content-Disposition': 'attachment; filename="israel-briefing-data.json"' });
    return void response.type('json').send(JSON.stringify(await exportData(ctx.db, reader.subscriberId), null, 2));
  }
  if (fieldOf(request, 'act') !== 'erase' || fieldOf(request, 'sure') !== 'yes') {
    return showChoices(ctx, request, response, { reader, faults: [{ field: 'sure', code: 'sure' }] });
  }
  await erase(ctx, reader.subscriberId);
  return response.redirect(303, `${request.path}?lang=${pageLanguage(request, reader.language)}`); // nothing is left to read it from
}

function showChoices(
  ctx: Context,
  request: Request,
  response: Response,
  { reader, faults }: { reader: Reader; faults: FieldFault[] },
): void {
  const link = (purpose: 'preferences' | 'unsubscribe') => writeLink(ctx.config.keys, purpose, reader.subscriptionId, ctx.now());
  const variables = {
    action: request.path,
    maskedAddress: maskAddress(reader.address),
    preferencesPath: `/preferences/${link('preferences')}`,
    unsubscribePath: `/u/${link('unsubscribe')}`,
    faults,
  };
  showPage(ctx, request, response, { page: 'data-link', status: faults.length > 0 ? 422 : 200, language: reader.language, variables });
}

async function renewExpired(ctx: Context, request: Request, response: Response): Promise<boolean> {
  const reading = readLink(ctx.config.keys, 'data', String(request.params['token']), ctx.now());
  if (reading.ok || reading.reason !== 'expired' || !reading.link) return false;
  const reader = await findReader(ctx.db, reading.link.subject);
  if (!reader) {
    showUnknownLink(ctx, request, response);
    return true;
  }
  const { address, newsletter, language } = reader;
  await mailLinks(ctx, request, { address: SubscriberEmail.parse(address), newsletter: newsletter.slug, language });
  showPage(ctx, request, response, { page: 'link-expired', language, variables: { action: request.path, purpose: 'data', sent: true } });
  return true;
}

type Asking = { address: SubscriberEmail; newsletter: string; language: string };

async function mailLinks(ctx: Context, request: Request, asking: Asking): Promise<void> {
  await askForLinks(ctx, { ...asking, page: '/data', ip: callerIp(request) });
}

function fieldOf(request: Request, name: string): string {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value.slice(0, 400) : '';
}
