import { Redis } from 'ioredis';
import type { Config } from '#src/config';

export interface QueueFaults {
  faults: string[];
  /** What could not be found out. */
  warnings: string[];
}

/**
 * Why this queue may forget what it was told: a Redis that evicts keys when its memory is full. A Redis that does not say what it does is only
 * warned of, one that is away too: the rows are in Postgres, and the sweep rings for them.
 */
export async function findQueueFaults({ redisUrl }: Pick<Config, 'redisUrl'>): Promise<QueueFaults> {
  if (redisUrl === null) return { faults: [], warnings: [] };
  const once = { lazyConnect: true, enableReadyCheck: false, maxRetriesPerRequest: 0, retryStrategy: () => null, connectTimeout: 3_000 };
  const redis = new Redis(redisUrl, once);
  redis.on('error', () => undefined); // what was asked fails with it
  try {
    await redis.connect();
    return judge(await evictionPolicy(redis));
  } catch (error) {
    return {
      faults: [],
      warnings: [`Redis cannot be asked whether it evicts (${error instanceof Error ? error.message : String(error)})`],
    };
  } finally {
    redis.disconnect();
  }
}

function judge(policy: string | null): QueueFaults {
  if (policy === 'noeviction') return { faults: [], warnings: [] };
  if (policy === null) {
    return { faults: [], warnings: ['this Redis does not tell its maxmemory-policy: see to it that it is noeviction'] };
  }
  const mend = 'CONFIG SET maxmemory-policy noeviction, and the same in redis.conf; of a managed Redis, its parameter group';
  return { faults: [`Redis has maxmemory-policy ${policy} and forgets jobs when its memory is full (${mend})`], warnings: [] };
}

/** Managed ones forbid CONFIG and mostly answer INFO; null when both are forbidden or say nothing. */
async function evictionPolicy(redis: Redis): Promise<string | null> {
  const told = await allowed(redis.info('memory'));
  const policy = /^maxmemory_policy:(\S+)/m.exec(told ?? '')?.[1];
  if (policy) return policy;
  const set = await allowed(redis.config('GET', 'maxmemory-policy'));
  return set?.[1] ?? null;
}

async function allowed<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof Error && /NOPERM|unknown command|not allowed|disabled/i.test(error.message)) return null;
    throw error;
  });
}
