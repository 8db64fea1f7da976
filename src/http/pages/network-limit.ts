import type { Request, RequestHandler, Response } from 'express';
import type { Context } from '#src/context';
import { isLocal } from '#src/http/is-local';
import { callerNetwork } from '#src/http/pages/caller-ip';
import { requestCounter } from '#src/http/pages/request-counter';
import type { Bucket, Count } from '#src/subscribers/count-requests';

interface Limit {
  name: string;
  /** Within ten minutes, for a whole network. */
  most: number;
  /** What else is counted, once the network has not had its fill. */
  more?: (request: Request) => Bucket[];
  /** Answers with a next step; the response has status 429 and Retry-After already. */
  refuse: (request: Request, response: Response, retryAfterSeconds: number) => void | Promise<void>;
}

const windowMs = 10 * 60_000;

/**
 * Limits a network, and more. A program on this very machine that comes through no proxy is the operator's own and not limited. When nothing can be
 * counted nobody is refused: the silent limits by address hold all the same.
 */
export function networkLimit(ctx: Context, { name, most, more, refuse }: Limit): RequestHandler {
  return async (request, response, next) => {
    if (isLocal(request)) return next();
    const buckets = [{ key: `${name}:${callerNetwork(request)}`, most }, ...(more?.(request) ?? [])];
    const counts = await requestCounter(ctx)(buckets, windowMs).catch((error: unknown) => {
      ctx.log.warn({ error: String(error) }, 'a request was not counted');
      return [];
    });
    const [own] = counts;
    if (own) response.set(rateHeaders({ name, most, counted: own.counted, seconds: secondsOf(own) }));
    const full = counts.find(({ place, counted }) => counted > (buckets[place - 1]?.most ?? Infinity));
    if (!full) return next();
    const seconds = secondsOf(full);
    response.status(429).set('Retry-After', String(seconds));
    return refuse(request, response, seconds);
  };
}

function secondsOf({ resetsInMs }: Count): number {
  return Math.max(1, Math.ceil(resetsInMs / 1_000));
}

/** The drafts' `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers). */
function rateHeaders({ name, most, counted, seconds }: { name: string; most: number; counted: number; seconds: number }) {
  return {
    'RateLimit-Policy': `"${name}";q=${most};w=${windowMs / 1_000}`,
    RateLimit: `"${name}";r=${Math.max(0, most - counted)};t=${seconds}`,
  };
}
