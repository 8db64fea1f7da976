import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { getDomain } from 'tldts';
import type { Context } from '#src/context';
import { isDatabaseAway } from '#src/db/client';
import { Refusal } from '#src/errors';
import { callerIp, callerNetwork } from '#src/http/pages/caller-ip';
import { mayEmbed } from '#src/http/pages/embed-origin';
import { mailboxOf } from '#src/http/pages/mailboxes';
import { readInput } from '#src/http/read-input';
import { networkLimit } from '#src/http/pages/network-limit';
import { pageLanguage, withLanguage } from '#src/http/pages/page-language';
import type { PageVariables } from '#src/http/pages/page-variables';
import { isProven, newPatience, waitSeconds } from '#src/http/pages/proof-of-work';
import { setSignUpCookie } from '#src/http/pages/sign-up-cookie';
import { consentWording, isHasty, readWish, SignUpForm, SignUpJson, type Wish } from '#src/http/pages/sign-up-form';
import { showSubscribe } from '#src/http/pages/show-subscribe';
import { t } from '#src/locales';
import type { Bucket } from '#src/subscribers/count-requests';
import type { SubscriberEmail } from '#src/subscribers/subscriber';
import { subscribe } from '#src/subscribers/subscribe';

/** `GET·POST /subscribe`. The answer never depends on whose address it is. */
export function subscribePages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  const limits = { refuse: (request: Request, response: Response, seconds: number) => refuseBusy(ctx, request, response, seconds) };
  const form = express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 100 });
  const json = express.json({ limit: '16kb', strict: true });
  const body: RequestHandler = (request, response, next) => (request.is('json') ? json : form)(request, response, next);
  const limit = networkLimit(ctx, { name: 'subscribe', most: 120, more: (request) => otherLimits(ctx, request), ...limits });

  router.get('/subscribe', (request, response) => {
    const { newsletter, src } = request.query;
    const wish = readWish(SignUpForm.parse({ newsletter, src }), pageLanguage(request));
    return showSubscribe(ctx, request, response, { newsletter: wish.newsletter, state: { source: wish.source } });
  });
  router.options('/subscribe', (request, response) => {
    mayEmbed(ctx, request, response);
    response.sendStatus(204);
  });
  router.post('/subscribe', body, limit, (request, response) => {
    if (request.is(['json', 'urlencoded']) === false) throw new Refusal('unsupported-type', 'Send a form or JSON.');
    return request.is('json') ? takeJson(ctx, request, response) : takeForm(ctx, request, response);
  });
  return router;
}

/** Hasty forms of one network; the mail domain whose people would be written to; everybody together. Large mail hosts are half the readers, and no victim. */
function otherLimits({ config, now }: Context, request: Request): Bucket[] {
  const { address, stamp } = wishOf(request);
  if (address === null) return [];
  const host = address.slice(address.lastIndexOf('@') + 1);
  const { inAll, aDomain } = config.signUpLimits;
  const hasty = isHasty(stamp, now()) ? [{ key: `hasty:${callerNetwork(request)}`, most: 20 }] : [];
  const domain = mailboxOf(address) ? [] : [{ key: `domain:${getDomain(host) ?? host}`, most: aDomain }];
  return [...hasty, ...domain, { key: 'sign-ups', most: inAll }];
}

const wishes = new WeakMap<Request, Wish>();

/** Read once a request: the limits ask for it too. */
function wishOf(request: Request): Wish {
  const wish = wishes.get(request) ?? readWish(SignUpForm.parse(request.body ?? {}), pageLanguage(request));
  wishes.set(request, wish);
  return wish;
}

async function takeForm(ctx: Context, request: Request, response: Response): Promise<void> {
  const wish = wishOf(request);
  const show = (status: number, state: object) => {
    const kept = { email: wish.typed, source: wish.source, ...state };
    return showSubscribe(ctx, request, response, { newsletter: wish.newsletter, status, language: wish.language, state: kept });
  };
  if (wish.address === null) return show(422, { faults: [{ field: 'email', code: wish.fault }] });
  if (wish.filledTrap || !mayEmbed(ctx, request, response)) return show(422, { pressAgain: true });
  if (wish.suggestion !== null) return show(422, { suggestion: wish.suggestion });
  if (wish.isDisposable) return show(422, { disposable: true });
  if (!(await isProven(ctx, wish.proof, wish.address))) return show(422, { robots: stepAgainstRobots(ctx, wish, wish.address) });
  try {
    setSignUpCookie(ctx, response, await ask(ctx, request, wish, wish.address));
  } catch (error) {
    if (isDatabaseAway(error)) return show(503, { trouble: { kind: 'unavailable' } });
    if (error instanceof Refusal && error.code === 'not-found') return show(422, {});
    throw error;
  }
  response.redirect(303, withLanguage('/subscribe/check-inbox', request));
}

/** Without scripts waiting does it; with them the page presses its own button, unless work was sent that does not count. */
function stepAgainstRobots(ctx: Context, { proof }: Wish, address: SubscriberEmail): PageVariables['subscribe']['robots'] {
  return { patience: proof.patience || newPatience(ctx, address), seconds: waitSeconds, pressesItself: proof.proof === '' };
}

async function takeJson(ctx: Context, request: Request, response: Response): Promise<void> {
  mayEmbed(ctx, request, response);
  readInput(SignUpJson, request.body ?? {}, 'body');
  const wish = wishOf(request);
  if (wish.address === null) {
    const detail = t(wish.language, `page.fault.${wish.fault}`);
    throw new Refusal('invalid', detail, { faults: [{ pointer: '/email', detail }] });
  }
  if (!(await isProven(ctx, wish.proof, wish.address)))
    throw new Refusal('not-allowed', t(wish.language, 'page.subscribe.robotsElsewhere'));
  await ask(ctx, request, wish, wish.address);
  response.writeHead(202, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': taken.length,
  });
  response.end(taken);
}

const taken = '{"status":"check-your-inbox"}';

async function ask(ctx: Context, request: Request, wish: Wish, address: SubscriberEmail): Promise<string> {
  const { newsletter, cadences, language, source } = wish;
  const proof = { wording: consentWording, page: '/subscribe', ip: callerIp(request), hasCookie: false };
  return subscribe(ctx, { address, newsletter, cadences, language, source: source || null, ...proof });
}

function refuseBusy(ctx: Context, request: Request, response: Response, retryAfterSeconds: number): Promise<void> {
  const wish = wishOf(request);
  const minutes = Math.ceil(retryAfterSeconds / 60);
  if (request.is('json'))
    throw new Refusal('too-many-requests', t(wish.language, 'page.subscribe.tooMany', { minutes }), { extra: { retryAfterSeconds } });
  const trouble = { kind: 'tooMany', minutes } as const;
  return showSubscribe(ctx, request, response, {
    newsletter: wish.newsletter,
    status: 429,
    language: wish.language,
    state: { email: wish.typed, source: wish.source, trouble },
  });
}
