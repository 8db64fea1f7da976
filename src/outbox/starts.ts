import type { Logger } from 'pino';
import { type Db, isDatabaseAway } from '#src/db/client';
import { type Limit, type PaceKey, type Reserved, reserveStarts } from '#src/outbox/reserve-starts';
import { mostBlurMs, openUsedStarts } from '#src/outbox/used-starts';

/**
 * The moments at which this sender may begin messages under one limit. They are reserved in Postgres, a fifth of a second's worth at a time,
 * so that senders share a limit without knowing of each other; the next reservation tells when they were used.
 */
export interface Starts {
  /** Milliseconds until one may begin: 0 is now. Infinity: all is reserved by others, or held, for longer than it is worth waiting. */
  waitMs(wanted: number): number;
  /** Uses the start that is due. Call what it returns when the message has ended: the relay has seen it by then. */
  take(): () => void;
  /** Milliseconds until asking again makes sense, when `waitMs` was Infinity. */
  bookedForMs(): number;
  forget(): void;
}

interface StartsParts {
  db: Db;
  log: Logger;
  key: PaceKey;
  /** A second. */
  rate(): number;
  /** `waitMs` may have changed. */
  onAnswer(): void;
}

const worthWaitingMs = 1_100; // at one message a second the next one is
const reservedAtOnceMs = 200; // and so what was used is told before anybody needs to know it
const reserveAheadMs = 150; // the next starts are there before the last ones are used, so that there is no gap
const lateMs = 60;
const clockMs = 4; // by which two senders may read the database's clock differently
const leastSpacing = 0.8; // of the even one: what was held up is made good, and yet no bunch
const askingMs = 25;

export function openStarts({ db, log, key, rate, onAnswer }: StartsParts): Starts {
  let starts: number[] = []; // whole microseconds of the database's clock
  const used = openUsedStarts();
  let last: { from: number; count: number } | null = null; // what was given last
  let paceMs = 0; // from one start of ours to the next: others have theirs in between
  let bookedUntil = 0; // monotonic milliseconds
  let isAsking = false;
  let clock: { offset: number; roundTrip: number; at: number } | null = null;

  const offset = (): number => clock?.offset ?? 0;
  const drop = (count: number): void => starts.splice(0, count).forEach((start) => used.drop(start));

  const ask = async (wanted: number): Promise<void> => {
    isAsking = true;
    const spacingMs = 1_000 / rate();
    const count = Math.max(1, Math.min(wanted, Math.ceil(reservedAtOnceMs / Math.max(spacingMs, paceMs))));
    const told = used.tell();
    const askedAt = performance.now();
    try {
      const wish = {
        count,
        limit: limitOf(rate()),
        spacingMs: spacingMs * leastSpacing,
        lateMs: lateMs + mostBlurMs,
        horizonMs: worthWaitingMs,
        settled: told.settled.map((start) => start + (lateMs + mostBlurMs) * 1_000),
        used: told.seenAt.map((at) => Math.ceil((at + offset()) * 1_000)),
      };
      note(await reserveStarts(db, key, wish), askedAt);
    } catch (error) {
      used.takeBack(told);
      bookedUntil = performance.now() + worthWaitingMs; // nothing begins unreserved
      if (!isDatabaseAway(error)) log.warn({ ...key, error: String(error) }, 'nothing leaves under this rate: it cannot be reserved');
    }
    isAsking = false;
    onAnswer();
  };

  const note = ({ given, freeAt, now }: Reserved, askedAt: number): void => {
    const answeredAt = performance.now();
    const roundTrip = answeredAt - askedAt;
    const isStale = !clock || answeredAt - clock.at > 60_000;
    if (isStale || roundTrip <= (clock?.roundTrip ?? 0))
      clock = { offset: now / 1_000 - (askedAt + answeredAt) / 2, roundTrip, at: answeredAt };
    starts.push(...given);
    const [first] = given;
    if (first !== undefined) {
      if (last) paceMs = (first - last.from) / last.count / 1_000;
      last = { from: first, count: given.length };
    }
    if (given.length === 0) bookedUntil = answeredAt + (freeAt - now) / 1_000 - worthWaitingMs / 2;
  };

  return {
    waitMs(wanted) {
      const now = performance.now() + offset();
      drop(starts.filter((start) => start / 1_000 < now - lateMs).length);
      const reservedFor = (starts.at(-1) ?? now * 1_000) / 1_000 - now;
      const wantsMore = reservedFor < reserveAheadMs && starts.length < Math.min(wanted, limitOf(rate()).starts);
      if (wantsMore && !isAsking && performance.now() >= bookedUntil) void ask(wanted - starts.length);
      if (starts.length > 0) return Math.max(0, (starts[0] ?? 0) / 1_000 - now);
      return isAsking ? askingMs : Infinity;
    },
    take: () => used.use(starts.shift()),
    bookedForMs: () => Math.max(0, bookedUntil - performance.now()),
    forget: () => drop(starts.length),
  };
}

/** As many as a second may see; where that is no whole number, as many as fit into a little more than one. */
function limitOf(rate: number): Limit {
  const starts = Math.max(1, Math.ceil(rate));
  return { starts, withinMs: (starts * 1_000) / rate + clockMs };
}
