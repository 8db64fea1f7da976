import { type Request, type RequestHandler, type Response, Router } from 'express';
import { type Options, rateLimit, type Store } from 'express-rate-limit';
import { Redis } from 'ioredis';
import { type RedisReply, RedisStore } from 'rate-limit-redis';
import type { Context } from '#src/context';
import { callerNetwork, isLoopback } from '#src/http/pages/caller-ip';

interface Limit {
  name: string;
  /** Within ten minutes, for a whole network. */
  most: number;
  skip?: (request: Request) => boolean;
  /** Answers with a next step; the response has status 429 and Retry-After already. */
  refuse: (request: Request, response: Response, retryAfterSeconds: number) => void | Promise<void>;
}

const windowMs = 10 * 60_000;

/**
 * Limits a network. Counted in Redis when there is one, so that all processes count together; else in this process's memory, which an embedded run
 * has one of. When Redis is away nobody is refused: the silent limits by address, in Postgres, hold all the same.
 */
export function networkLimit(ctx: Context, { name, most, skip, refuse }: Limit): RequestHandler {
  const options: Partial<Options> = {
    windowMs,
    limit: most,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: name,
    passOnStoreError: true,
    validate: false,
    keyGenerator: callerNetwork,
    skip: (request) => isLoopback(request) || (skip?.(request) ?? false),
    handler: (request, response, next) => {
      const { resetTime } = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit ?? {};
      response.locals['retryAfterSeconds'] = Math.max(1, Math.ceil(((resetTime?.getTime() ?? Date.now() + windowMs) - Date.now()) / 1000));
      next();
    },
  };
  const store = redisStore(ctx, name);
  const answer: RequestHandler = (request, response, next) => {
    const retryAfterSeconds: unknown = response.locals['retryAfterSeconds'];
    if (typeof retryAfterSeconds !== 'number') return next();
    response.status(429).set('Retry-After', String(retryAfterSeconds));
    return refuse(request, response, retryAfterSeconds);
  };
  return Router().use(rateLimit(store === undefined ? options : { ...options, store }), answer);
}

function redisStore({ config, log }: Context, name: string): Store | undefined {
  if (config.redisUrl === null) return undefined;
  const redis = new Redis(config.redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1, enableOfflineQueue: true, commandTimeout: 500 });
  redis.on('error', (error: Error) => log.warn({ error: error.message }, 'Redis is away: limits by network are not counted'));
  redis.on('connect', () => (redis.stream as { unref?: () => void }).unref?.()); // must not keep a process alive that wants to stop
  return new RedisStore({
    prefix: `limit:${name}:`,
    sendCommand: (command: string, ...words: string[]) => redis.call(command, ...words) as Promise<RedisReply>,
  });
}
