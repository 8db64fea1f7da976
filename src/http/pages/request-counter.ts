import { Redis } from 'ioredis';
import type { Context } from '#src/context';
import { type Bucket, type Count, countRequest } from '#src/subscribers/count-request';

/** Counts in one bucket after the other, up to the first that is full; what it counted, in their order. */
export type RequestCounter = (buckets: readonly Bucket[], windowMs: number) => Promise<Count[]>;

const counters = new WeakMap<Context, RequestCounter>();

/** Counts in Redis when there is one, else in Postgres: all processes count together either way. */
export function requestCounter(ctx: Context): RequestCounter {
  const known = counters.get(ctx);
  if (known) return known;
  const counter: RequestCounter =
    ctx.config.redisUrl === null ? (buckets, windowMs) => countRequest(ctx, buckets, windowMs) : redisCounter(ctx, ctx.config.redisUrl);
  counters.set(ctx, counter);
  return counter;
}

/** Returns count and milliseconds left of each bucket, one list after the other. */
const script = `
local counted = {}
for n, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
  counted[#counted + 1] = count
  counted[#counted + 1] = redis.call('PTTL', key)
  if count > tonumber(ARGV[n + 1]) then break end
end
return counted`;

type Counting = Redis & { countRequest(keys: number, ...words: (string | number)[]): Promise<number[]> };

function redisCounter({ log }: Context, url: string): RequestCounter {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, commandTimeout: 500 }) as Counting;
  redis.defineCommand('countRequest', { lua: script });
  redis.on('error', (error: Error) => log.warn({ error: error.message }, 'Redis is away: requests are not counted'));
  redis.on('connect', () => (redis.stream as { unref?: () => void }).unref?.()); // must not keep a process alive that wants to stop
  return async (buckets, windowMs) => {
    const keys = buckets.map(({ key }) => `limit:${key}`);
    const counted = await redis.countRequest(keys.length, ...keys, windowMs, ...buckets.map(({ most }) => most));
    return Array.from({ length: counted.length / 2 }, (_, n) => ({
      place: n + 1,
      counted: counted[n * 2] ?? 0,
      resetsInMs: counted[n * 2 + 1] ?? 0,
    }));
  };
}
