import express, { type Request, type Response, Router } from 'express';
import type { Context } from '#src/context';
import { openLink, showUnknownLink } from '#src/http/pages/open-link';
import { showPage } from '#src/http/pages/show-page';
import { showUnsubscribed } from '#src/http/pages/show-unsubscribed';
import { writeAgedPreferences } from '#src/http/pages/preferences-age';
import { readLink } from '#src/links';
import { maskAddress } from '#src/mail/address';
import { findReader } from '#src/subscribers/find-reader';
import { giveReason, LeavingReason } from '#src/subscribers/give-reason';
import { pause, pauseDays } from '#src/subscribers/pause';
import type { Reader } from '#src/subscribers/reader';
import { undoUnsubscribe } from '#src/subscribers/undo-unsubscribe';
import { unsubscribe } from '#src/subscribers/unsubscribe';

/** `/u/:token`: the address in List-Unsubscribe (RFC 8058) and behind the link in every mail. */
export function unsubscribePages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  const form = express.urlencoded({ extended: false, limit: '1kb', parameterLimit: 10 });
  const wanted = { purpose: 'unsubscribe', expired: 'undo' } as const;

  router.get('/u/:token', async (request, response) => {
    const reading = readLink(ctx.config.keys, 'unsubscribe', request.params['token'], ctx.now());
    if (!reading.ok) return void showUnknownLink(ctx, request, response);
    return showState(ctx, request, response, await findReader(ctx.db, reading.subject));
  });

  // The body is not read: whatever a mail program sends, the token alone says what to do. 200 and no redirect (RFC 8058 §3.1) for every token that
  // we wrote, also when its reader was erased since; 404 for any other (§6), since a 200 would say that somebody had left.
  router.post('/u/:token', async (request, response) => {
    const reading = readLink(ctx.config.keys, 'unsubscribe', request.params['token'], ctx.now());
    if (Number(request.get('content-length') ?? 0) > 1_024) response.set('Connection', 'close');
    if (!reading.ok) return void showUnknownLink(ctx, request, response);
    await unsubscribe(ctx, reading.subject, request.is('multipart') || request.get('sec-fetch-site') === undefined ? 'header' : 'page');
    return showUnsubscribed(ctx, request, response, { reader: await findReader(ctx.db, reading.subject), fresh: true });
  });

  router.post('/u/:token/undo', async (request, response) => {
    const opened = await openLink(ctx, request, response, wanted);
    if (opened)
      await answerUndo(ctx, request, response, { outcome: await undoUnsubscribe(ctx, opened.reader.subscriptionId), after: 'undone' });
  });

  router.post('/u/:token/pause', form, async (request, response) => {
    const opened = await openLink(ctx, request, response, wanted);
    if (!opened) return;
    const days = pauseDays.find((choice) => String(choice) === fieldOf(request, 'days'));
    if (days === undefined && opened.reader.state === 'active') return response.redirect(303, `/preferences/${request.params['token']}`);
    if (days === undefined) {
      return showUnsubscribed(ctx, request, response, {
        reader: opened.reader,
        fresh: false,
        faults: [{ field: 'days', code: 'pauseDays' }],
      });
    }
    const until = new Date(ctx.now().getTime() + days * 24 * 3_600_000);
    await answerUndo(ctx, request, response, { outcome: await pause(ctx, opened.reader.subscriptionId, until), after: 'paused' });
  });

  router.post('/u/:token/reason', form, async (request, response) => {
    const opened = await openLink(ctx, request, response, wanted);
    if (!opened) return;
    const reason = LeavingReason.safeParse(fieldOf(request, 'reason'));
    if (reason.success) await giveReason(ctx, opened.reader.subscriptionId, reason.data);
    response.redirect(303, `/u/${request.params['token']}?after=reason`);
  });
  return router;
}

type Answer = { outcome: Awaited<ReturnType<typeof undoUnsubscribe>>; after: 'undone' | 'paused' };

async function answerUndo(ctx: Context, request: Request, response: Response, { outcome, after }: Answer): Promise<void> {
  if (outcome === 'undone' || outcome === 'not-left') return response.redirect(303, `/u/${String(request.params['token'])}?after=${after}`);
  if (outcome === 'unknown') return void showUnknownLink(ctx, request, response);
  return showPage(ctx, request, response, {
    page: 'link-expired',
    status: 410,
    variables: { action: request.path, purpose: 'undo', sent: false },
  });
}

function showState(ctx: Context, request: Request, response: Response, reader: Reader | null): void {
  const { after } = request.query;
  if (!reader || reader.state === 'left')
    return showUnsubscribed(ctx, request, response, { reader, fresh: false, reasonThanked: after === 'reason' });
  const variables = {
    action: request.path,
    maskedAddress: maskAddress(reader.address),
    newsletterName: reader.newsletter.name,
    preferencesPath: `/preferences/${writeAgedPreferences(ctx, reader.subscriptionId)}`,
    after: after === 'undone' || after === 'paused' ? after : undefined,
    pausedUntil: reader.pausedUntil ?? undefined,
  } as const;
  showPage(ctx, request, response, { page: 'unsubscribe', language: reader.language, zone: reader.newsletter.zone, variables });
}

function fieldOf(request: Request, name: string): string {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}
