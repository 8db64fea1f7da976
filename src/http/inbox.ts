import { type Request, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { readInbox, readMail, readMailBytes } from '#src/catcher/read-inbox';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import { isLocal } from '#src/http/is-local';
import { inboxPage, mailPage } from '#src/http/inbox-pages';
import { readInput } from '#src/http/read-input';
import { timestamp } from '#src/http/timestamp';

const InboxQuery = z.strictObject({ to: z.string().max(320).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
const framed =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'";

/** The mail catcher's messages: only while it is in use, and only for this very machine. */
export function inboxRoutes(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  if (!ctx.config.embedded.catcher) return router;
  const { dataDir } = ctx.config;

  router.get('/inbox.json', localOnly, async (request, response) => {
    const mails = await readInbox(dataDir, readInput(InboxQuery, { ...request.query }, 'query') as z.output<typeof InboxQuery>);
    const items = mails.map((mail) => ({ ...mail, receivedAt: timestamp(new Date(mail.receivedAt)) }));
    response.set('Cache-Control', 'no-store').json({ items });
  });
  router.get('/inbox', localOnly, async (_request, response) => {
    const mails = await readInbox(dataDir, { limit: 200 });
    response.set('Cache-Control', 'no-store').type('html').send(inboxPage(mails));
  });
  router.get('/inbox/:id.eml', localOnly, async (request, response) => {
    const bytes = await readMailBytes(dataDir, String(request.params['id']));
    if (!bytes) throw new Refusal('not-found', 'There is no such message.');
    response
      .set('Content-Disposition', `attachment; filename="${String(request.params['id'])}.eml"`)
      .type('message/rfc822')
      .send(bytes);
  });
  router.get('/inbox/:id/html', localOnly, async (request, response) => {
    const mail = await findMail(dataDir, request);
    response.set({ 'Content-Security-Policy': framed, 'X-Frame-Options': 'SAMEORIGIN' }).type('html').send(mail.html);
  });
  router.get('/inbox/:id', localOnly, async (request, response) => {
    response
      .set('Cache-Control', 'no-store')
      .type('html')
      .send(mailPage(await findMail(dataDir, request)));
  });
  return router;
}

const localOnly: RequestHandler = (request, _response, next) => next(isLocal(request) ? undefined : 'router');

async function findMail(dataDir: string, request: Request) {
  const mail = await readMail(dataDir, String(request.params['id']));
  if (!mail) throw new Refusal('not-found', 'There is no such message.');
  return mail;
}
