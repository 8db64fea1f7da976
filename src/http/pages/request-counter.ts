import { Redis } from 'ioredis';
import type { Context } from '#src/context';
import { gather } from '#src/gather';
import { type Bucket, type Count, type Counting, countRequests } from '#src/subscribers/count-requests';

/** Counts in one bucket after the other, up to the first that is full; what it counted, in their order. */
export type RequestCounter = (buckets: readonly Bucket[], windowMs: number) => Promise<Count[]>;
type CountTogether = (requests: readonly Counting[]) => Promise<Count[][]>;

const counters = new WeakMap<Context, RequestCounter>();

/** Counts in Redis when there is one, else in Postgres: all processes count together either way. Requests of the same moment go there together. */
export function requestCounter(ctx: Context): RequestCounter {
  const known = counters.get(ctx);
  if (known) return known;
  const together: CountTogether =
    ctx.config.redisUrl === null ? (requests) => countRequests(ctx, requests) : redisCounter(ctx, ctx.config.redisUrl);
  const count = gather({ most: 100, withinMs: 2_000, mayBeOf: () => false, work: together });
  const counter: RequestCounter = (buckets, windowMs) => count({ buckets, windowMs });
  counters.set(ctx, counter);
  return counter;
}

/** Takes of each request the number of its buckets, the window, and the most of each; returns how many it counted, then count and milliseconds left of each. */
const script = `
local said, key, word = {}, 0, 1
while word <= #ARGV do
  local buckets, window = tonumber(ARGV[word]), ARGV[word + 1]
  local place = #said + 1
  said[place] = 0
  for n = 1, buckets do
    local count = redis.call('INCR', KEYS[key + n])
    if count == 1 then redis.call('PEXPIRE', KEYS[key + n], window) end
    said[place] = n
    said[#said + 1] = count
    said[#said + 1] = redis.call('PTTL', KEYS[key + n])
    if count > tonumber(ARGV[word + 1 + n]) then break end
  end
  key = key + buckets
  word = word + 2 + buckets
end
return said`;

type Scripted = Redis & { countRequests(keys: number, ...words: (string | number)[]): Promise<number[]> };

function redisCounter({ log }: Context, url: string): CountTogether {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, commandTimeout: 500 }) as Scripted;
  redis.defineCommand('countRequests', { lua: script });
  redis.on('error', (error: Error) => log.warn({ error: error.message }, 'Redis is away: requests are not counted'));
  redis.on('connect', () => (redis.stream as { unref?: () => void }).unref?.()); // must not keep a process alive that wants to stop
  return async (requests) => {
    const keys = requests.flatMap(({ buckets }) => buckets.map(({ key }) => `limit:${key}`));
    const words = requests.flatMap(({ buckets, windowMs }) => [buckets.length, windowMs, ...buckets.map(({ most }) => most)]);
    const said = await redis.countRequests(keys.length, ...keys, ...words);
    return requests.map(() => countsIn(said.splice(0, 1 + 2 * (said[0] ?? 0))));
  };
}

function countsIn([counted = 0, ...said]: readonly number[]): Count[] {
  return Array.from({ length: counted }, (_, n) => ({ place: n + 1, counted: said[n * 2] ?? 0, resetsInMs: said[n * 2 + 1] ?? 0 }));
}
