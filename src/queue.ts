import { setTimeout as wait } from 'node:timers/promises';
import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import type { Logger } from 'pino';
import type { Config } from '#src/config';
import { openPool, type Pool } from '#src/db/client';
import { inTime } from '#src/in-time';
import { type JobName, jobs, type Lane, lanes, type Payload } from '#src/jobs';

const redis = withBackend(createRedisBackend);
const postgres = withBackend(createPostgresBackend);
type Classes = typeof redis;
type Connection = ConstructorParameters<Classes['Queue']>[1]['connection'];

/** BullMQ's classes on the backend that the settings choose: Redis when there is one, else Postgres. */
export interface QueueBackend {
  classes: Classes;
  producer: Connection;
  consumer: Connection;
  close(): Promise<void>;
}

export function openQueueBackend(config: Config, log: Logger): QueueBackend {
  if (config.redisUrl) {
    const url = config.redisUrl;
    return {
      classes: redis,
      // a door answers at once when Redis is away: the row is there, and the sweep rings later
      producer: { url, maxRetriesPerRequest: 1, enableOfflineQueue: false },
      consumer: { url, maxRetriesPerRequest: null },
      close: async () => undefined,
    };
  }
  // each consumer keeps one client for LISTEN, so the pool is larger than the lanes
  const pool: Pool = openPool(config.databaseUrl, {
    max: lanes.length + 4,
    name: 'briefing queue',
    onLost: (error) => log.warn({ error: error.message }, 'the queue lost a Postgres connection'),
    searchPath: 'bullmq,public',
  });
  const connection = pool as unknown as Connection;
  return { classes: postgres as unknown as Classes, producer: connection, consumer: connection, close: () => pool.end() };
}

/** A job scheduler of BullMQ: `name`'s job with `payload` at each `pattern` (cron) in `zone`. */
export interface Recurrence<Name extends JobName> {
  id: string;
  name: Name;
  payload: Payload<Name>;
  pattern: string;
  zone: string;
}

export interface Bells {
  /** Rings for work whose row is committed. Never fails the caller: a bell that is not heard is rung again by the sweep. */
  ring<Name extends JobName>(name: Name, payload: Payload<Name>): Promise<void>;
  recur<Name extends JobName>(recurrence: Recurrence<Name>): Promise<void>;
  stopRecurring(lane: Lane, id: string): Promise<void>;
  recurrences(lane: Lane): Promise<string[]>;
  /** Whether the queue answers, for /readyz. */
  isUp(): Promise<boolean>;
  close(): Promise<void>;
}

const keepNothing = { removeOnComplete: true, removeOnFail: { count: 500 } } as const;

export function openBells(backend: QueueBackend, log: Logger): Bells {
  const open = (lane: Lane) => {
    const queue = new backend.classes.Queue(lane, { connection: backend.producer });
    queue.on('error', (error: Error) => log.warn({ lane, error: error.message }, 'the queue is away'));
    return queue;
  };
  const queues = new Map(lanes.map((lane) => [lane, open(lane)]));
  const queueOf = (lane: Lane) => queues.get(lane) as ReturnType<typeof open>;

  const add = async <Name extends JobName>(name: Name, payload: Payload<Name>): Promise<void> => {
    const { lane, attempts } = jobs[name];
    try {
      await withinTwoSeconds(
        queueOf(lane).add(name, payload, { attempts, backoff: { type: 'exponential', delay: 1_000 }, ...keepNothing }),
      );
    } catch (error) {
      log.warn({ job: name, error: String(error) }, 'a bell was not heard; the sweep will ring again');
    }
  };
  const shared = shareRings();

  return {
    ring: (name, payload) => shared.ring(`${name} ${JSON.stringify(payload)}`, () => add(name, payload)),
    async recur({ id, name, payload, pattern, zone }) {
      const { lane, attempts } = jobs[name];
      const template = { name, data: payload, opts: { attempts, ...keepNothing } };
      await withinTwoSeconds(queueOf(lane).upsertJobScheduler(id, { pattern, tz: zone }, template));
    },
    async stopRecurring(lane, id) {
      await withinTwoSeconds(queueOf(lane).removeJobScheduler(id));
    },
    async recurrences(lane) {
      return (await withinTwoSeconds(queueOf(lane).getJobSchedulers())).map((scheduler) => scheduler.key);
    },
    async isUp() {
      return withinTwoSeconds(queueOf('deliver').getWaitingCount()).then(
        () => true,
        () => false,
      );
    },
    async close() {
      await shared.quiet();
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      await backend.close();
    },
  };
}

const apartMs = 50;

/**
 * The same bell rings at most twenty times a second: who comes too soon after a ring shares the next one, which is after their commit. A thousand
 * sign-ups a second are some dozens of jobs, and the first of them rings at once.
 */
function shareRings(): { ring(bell: string, ring: () => Promise<void>): Promise<void>; quiet(): Promise<void> } {
  const ringing = new Map<string, Ringing>();
  const start = (bell: string, ring: () => Promise<void>): Promise<void> => {
    const now = ring();
    const state: Ringing = { over: Promise.all([now, wait(apartMs)]), next: null };
    ringing.set(bell, state);
    void state.over.finally(() => {
      if (!state.next) ringing.delete(bell);
    });
    return now;
  };
  return {
    ring(bell, ring) {
      const state = ringing.get(bell);
      if (!state) return start(bell, ring);
      state.next ??= state.over.then(() => start(bell, ring));
      return state.next;
    },
    async quiet() {
      for (const { next } of ringing.values()) await next;
    },
  };
}

interface Ringing {
  /** Its job is in the queue, and the next may come. */
  over: Promise<unknown>;
  next: Promise<void> | null;
}

/** A queue that hangs must not hang the door. */
function withinTwoSeconds<Result>(work: Promise<Result>): Promise<Result> {
  return inTime(work, 2_000);
}
