import type { Db } from '#src/db/client';
import { type PaceKey, type Reserved, reserveStarts } from '#src/outbox/reserve-starts';

/**
 * The moments at which this sender may begin messages under one limit. They are reserved in Postgres, a quarter of a second's worth at a time,
 * so that senders share a limit without knowing of each other.
 */
export interface Starts {
  /** Milliseconds until one may begin: 0 is now. Infinity: all is reserved by others, or held, for longer than it is worth waiting. */
  waitMs(wanted: number): number;
  /** Uses the start that is due. */
  take(): void;
  /** Milliseconds until asking again makes sense, when `waitMs` was Infinity. */
  bookedForMs(): number;
  forget(): void;
}

const worthWaitingMs = 1_000;
const reservedAtOnceMs = 250;
const reserveAheadMs = 150; // the next starts are there before the last ones are used, so that there is no gap
/** The rate is kept below what was asked for by this share, and a start is lost when it is missed by more than the slack: so no second sees more. */
const margin = 0.015;
const missedAfterMs = 10;
const askingMs = 25;

export function openStarts(db: Db, key: PaceKey, rate: () => number, onAnswer: () => void): Starts {
  let starts: number[] = []; // monotonic milliseconds
  let bookedUntil = 0;
  let isAsking = false;
  let clock: { offset: number; roundTrip: number; at: number } | null = null;

  const ask = async (wanted: number): Promise<void> => {
    isAsking = true;
    const spacingMs = 1_000 / (rate() * (1 - margin));
    const count = Math.max(1, Math.min(wanted, Math.ceil(reservedAtOnceMs / spacingMs)));
    const askedAt = performance.now();
    try {
      const reserved = await reserveStarts(db, key, { count, spacingMs, horizonMs: worthWaitingMs });
      note(reserved, askedAt, count, spacingMs);
    } catch {
      bookedUntil = performance.now() + worthWaitingMs; // Postgres is away: nothing begins unreserved
    }
    isAsking = false;
    onAnswer();
  };

  const note = ({ startsAt, freeAt, now }: Reserved, askedAt: number, count: number, spacingMs: number): void => {
    const answeredAt = performance.now();
    const roundTrip = answeredAt - askedAt;
    const isStale = !clock || answeredAt - clock.at > 60_000;
    if (isStale || roundTrip <= (clock?.roundTrip ?? 0)) clock = { offset: now - (askedAt + answeredAt) / 2, roundTrip, at: answeredAt };
    const offset = clock?.offset ?? 0;
    if (startsAt === null) bookedUntil = freeAt - offset - worthWaitingMs / 2;
    else starts.push(...Array.from({ length: count }, (_, n) => startsAt - offset + n * spacingMs));
  };

  return {
    waitMs(wanted) {
      const now = performance.now();
      while (starts.length > 0 && (starts[0] ?? 0) < now - missedAfterMs) starts.shift();
      const reservedFor = (starts.at(-1) ?? now) - now;
      if (reservedFor < reserveAheadMs && starts.length < wanted && !isAsking && now >= bookedUntil) void ask(wanted - starts.length);
      if (starts.length > 0) return Math.max(0, (starts[0] ?? 0) - now);
      return isAsking ? askingMs : Infinity;
    },
    take: () => void starts.shift(),
    bookedForMs: () => Math.max(0, bookedUntil - performance.now()),
    forget: () => void (starts = []),
  };
}
