import { type Request, type Response, Router } from 'express';
import type { Context } from '#src/context';
import { callerIp } from '#src/http/pages/caller-ip';
import { openLink, showUnknownLink } from '#src/http/pages/open-link';
import { showPage } from '#src/http/pages/show-page';
import { showUnsubscribed } from '#src/http/pages/show-unsubscribed';
import { readSignUpCookie } from '#src/http/pages/sign-up-cookie';
import { consentWording } from '#src/http/pages/sign-up-form';
import { readLink, writeLink } from '#src/links';
import { maskAddress } from '#src/mail/address';
import { confirm } from '#src/subscribers/confirm';
import { confirmAddress } from '#src/subscribers/confirm-address';
import { findReader } from '#src/subscribers/find-reader';
import { findRequest } from '#src/subscribers/find-request';
import type { Reader } from '#src/subscribers/reader';
import { SubscriberEmail } from '#src/subscribers/subscriber';
import { subscribe } from '#src/subscribers/subscribe';

/** `GET·POST /confirm/:token`: a subscription's own link, or the one that a new address gets. GET only ever shows. */
export function confirmPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });

  router.get('/confirm/:token', async (request, response) => {
    const change = readChange(ctx, request);
    if (change) return showChange(ctx, request, response, change);
    const opened = await openLink(ctx, request, response, { purpose: 'confirm', expired: 'confirm' });
    return opened ? showConfirm(ctx, request, response, opened.reader) : undefined;
  });

  router.post('/confirm/:token', async (request, response) => {
    const change = readChange(ctx, request);
    if (change) return takeChange(ctx, request, response, change);
    if (await renewExpired(ctx, request, response)) return undefined;
    const opened = await openLink(ctx, request, response, { purpose: 'confirm', expired: 'confirm' });
    return opened ? takeConfirm(ctx, request, response, opened.reader) : undefined;
  });
  return router;
}

async function showConfirm(ctx: Context, request: Request, response: Response, reader: Reader): Promise<void> {
  if (reader.state === 'active') return response.redirect(303, welcomePath(ctx, reader));
  if (reader.state === 'left') return showUnsubscribed(ctx, request, response, { reader, fresh: false });
  const cookie = await readSignUpCookie(ctx, request);
  const variables = {
    action: request.path,
    maskedAddress: maskAddress(reader.address),
    newsletterName: reader.newsletter.name,
    pressesItself: cookie?.address === reader.address,
  };
  return showPage(ctx, request, response, { page: 'confirm', language: reader.language, variables });
}

async function takeConfirm(ctx: Context, request: Request, response: Response, reader: Reader): Promise<void> {
  const outcome = await confirm(ctx, reader.subscriptionId, { page: '/confirm', ip: callerIp(request) });
  if (outcome === 'left') return showUnsubscribed(ctx, request, response, { reader, fresh: false });
  if (outcome === 'gone') return void showUnknownLink(ctx, request, response);
  return response.redirect(303, welcomePath(ctx, reader));
}

/** The button of an expired link's page: a new link, within the limits of any sign-up. */
async function renewExpired(ctx: Context, request: Request, response: Response): Promise<boolean> {
  const reading = readLink(ctx.config.keys, 'confirm', String(request.params['token']), ctx.now());
  if (reading.ok || reading.reason !== 'expired' || !reading.link) return false;
  const reader = await findReader(ctx.db, reading.link.subject);
  if (!reader || reader.state !== 'pending') return false;
  const wish = { newsletter: reader.newsletter.slug, cadences: reader.cadences, language: reader.language, source: null };
  const proof = { wording: consentWording, page: '/confirm', ip: callerIp(request), hasCookie: false };
  await subscribe(ctx, { address: SubscriberEmail.parse(reader.address), ...wish, ...proof });
  showPage(ctx, request, response, {
    page: 'link-expired',
    language: reader.language,
    variables: { action: request.path, purpose: 'confirm', sent: true },
  });
  return true;
}

interface Change {
  subscriptionId: string;
  requestId: string;
}

function readChange(ctx: Context, request: Request): Change | null {
  const reading = readLink(ctx.config.keys, 'change', String(request.params['token']), ctx.now());
  return reading.ok ? { subscriptionId: reading.subject, requestId: reading.second } : null;
}

async function showChange(ctx: Context, request: Request, response: Response, { subscriptionId, requestId }: Change): Promise<void> {
  const [reader, asked] = await Promise.all([findReader(ctx.db, subscriptionId), findRequest(ctx.db, requestId)]);
  if (!reader || !asked) return void showUnknownLink(ctx, request, response);
  const maskedAddress = maskAddress(asked.address);
  if (reader.address === asked.address) {
    return showPage(ctx, request, response, { page: 'address-changed', language: reader.language, variables: { maskedAddress } });
  }
  const variables = { action: request.path, maskedAddress };
  return showPage(ctx, request, response, { page: 'change-address', language: reader.language, variables });
}

async function takeChange(ctx: Context, request: Request, response: Response, change: Change): Promise<void> {
  const changed = await confirmAddress(ctx, change);
  if (changed.outcome === 'gone') return void showUnknownLink(ctx, request, response);
  return response.redirect(303, request.path);
}

function welcomePath({ config, now }: Context, { subscriptionId }: Reader): string {
  return `/welcome/${writeLink(config.keys, 'welcome', subscriptionId, now())}`;
}
