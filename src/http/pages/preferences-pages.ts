import express, { type Request, type Response, Router } from 'express';
import type { Context } from '#src/context';
import { callerIp } from '#src/http/pages/caller-ip';
import { type OpenedLink, openLink } from '#src/http/pages/open-link';
import { isFresh } from '#src/http/pages/preferences-age';
import { type PreferencesForm, readPreferences } from '#src/http/pages/preferences-form';
import { showPage } from '#src/http/pages/show-page';
import { showUnknownLink } from '#src/http/pages/open-link';
import { languageFor, languages } from '#src/locales';
import { readLink, writeLink } from '#src/links';
import { maskAddress } from '#src/mail/address';
import { askForLinks } from '#src/subscribers/ask-for-links';
import { changePreferences } from '#src/subscribers/change-preferences';
import { findReader } from '#src/subscribers/find-reader';
import { newsletterChoices } from '#src/subscribers/newsletter-choices';
import type { Reader } from '#src/subscribers/reader';
import { SubscriberEmail } from '#src/subscribers/subscriber';
import { wallTimeOf } from '#src/zone-time';

/** `GET·POST /preferences/:token`: one form, one POST, all of it or nothing of it. */
export function preferencesPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  const form = express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 200 });
  const wanted = { purpose: 'preferences', expired: 'preferences' } as const;

  router.get('/preferences/:token', async (request, response) => {
    const opened = await openLink(ctx, request, response, wanted);
    if (opened)
      await show(ctx, request, response, { reader: opened.reader, mayMove: isFresh(opened.link, ctx.now()), done: doneOf(request) });
  });

  router.post('/preferences/:token', form, async (request, response) => {
    if (await renewExpired(ctx, request, response)) return;
    const opened = await openLink(ctx, request, response, wanted);
    if (opened) await take(ctx, request, response, opened);
  });
  return router;
}

async function take(ctx: Context, request: Request, response: Response, { reader, link }: OpenedLink): Promise<void> {
  const mayMove = isFresh(link, ctx.now());
  if (fieldsOf(request)['ask'] === 'data') {
    await mailLinks(ctx, request, reader);
    return response.redirect(303, `${request.path}?done=data`);
  }
  const newsletters = await newsletterChoices(ctx.db, reader.subscriberId);
  const form = readPreferences(fieldsOf(request), { newsletters, reader, mayMove, now: ctx.now() });
  if (form.faults.length > 0) return show(ctx, request, response, { reader, mayMove, form, status: 422 });
  const outcome = await changePreferences(ctx, reader.subscriptionId, { ...form, ip: callerIp(request) });
  if (outcome === 'unknown') return void showUnknownLink(ctx, request, response);
  if (outcome === 'stale') return show(ctx, request, response, { reader, mayMove, status: 409, stale: true });
  return response.redirect(303, `${request.path}?done=${form.newAddress ? 'saved-change' : 'saved'}`);
}

interface Shown {
  reader: Reader;
  /** The link is fresh enough to name a new address. */
  mayMove: boolean;
  form?: PreferencesForm;
  status?: number;
  stale?: boolean;
  done?: string;
}

async function show(
  ctx: Context,
  request: Request,
  response: Response,
  { reader, mayMove, form, status = 200, stale = false, done = '' }: Shown,
): Promise<void> {
  const newsletters = await newsletterChoices(ctx.db, reader.subscriberId);
  const day = (offset: number) => wallTimeOf(new Date(ctx.now().getTime() + offset * 24 * 3_600_000), reader.newsletter.zone).slice(0, 10);
  const isPaused = reader.pausedUntil !== null && reader.pausedUntil > ctx.now();
  const variables = {
    action: request.path,
    maskedAddress: maskAddress(reader.address),
    version: reader.version,
    newsletters: newsletters.map(({ id, cadences, ...newsletter }) => {
      const chosen = form?.choices.get(id) ?? cadences;
      const cadence = (name: 'breaking' | 'daily' | 'weekly') => chosen.includes(name);
      return {
        ...newsletter,
        subscribed: chosen.length > 0,
        cadences: { breaking: cadence('breaking'), daily: cadence('daily'), weekly: cadence('weekly') },
      };
    }),
    pausedUntil:
      form?.typed.pausedUntil ??
      (isPaused && reader.pausedUntil ? wallTimeOf(reader.pausedUntil, reader.newsletter.zone).slice(0, 10) : ''),
    pauseFrom: day(1),
    pauseTo: day(365),
    readerLanguage: form?.language ?? languageFor(reader.language),
    languages,
    mayMove,
    newEmail: form?.typed.newEmail ?? '',
    unsubscribePath: `/u/${writeLink(ctx.config.keys, 'unsubscribe', reader.subscriptionId, ctx.now())}`,
    saved: done.startsWith('saved'),
    changeAsked: done === 'saved-change',
    dataAsked: done === 'data',
    stale,
    faults: form?.faults ?? [],
  };
  showPage(ctx, request, response, { page: 'preferences', status, language: reader.language, variables });
}

/** The button of an expired link's page. */
async function renewExpired(ctx: Context, request: Request, response: Response): Promise<boolean> {
  const reading = readLink(ctx.config.keys, 'preferences', String(request.params['token']), ctx.now());
  if (reading.ok || reading.reason !== 'expired' || !reading.link) return false;
  const reader = await findReader(ctx.db, reading.link.subject);
  if (!reader) return false;
  await mailLinks(ctx, request, reader);
  const variables = { action: request.path, purpose: 'preferences', sent: true } as const;
  showPage(ctx, request, response, { page: 'link-expired', language: reader.language, variables });
  return true;
}

async function mailLinks(ctx: Context, request: Request, { address, newsletter, language }: Reader): Promise<void> {
  const asking = { newsletter: newsletter.slug, language, page: '/preferences', ip: callerIp(request) };
  await askForLinks(ctx, { address: SubscriberEmail.parse(address), ...asking });
}

function fieldsOf(request: Request): Record<string, unknown> {
  return (request.body ?? {}) as Record<string, unknown>;
}

function doneOf(request: Request): string {
  const { done } = request.query;
  return typeof done === 'string' ? done : '';
}
