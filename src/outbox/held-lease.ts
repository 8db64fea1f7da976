import type { Lease } from '#src/outbox/delivery';

/**
 * A lease as its holder sees it. It ends by the monotonic clock, counted from before the query that granted it, so that this machine never
 * believes it longer than the database does.
 */
export interface HeldLease {
  lease: Lease;
  /** Whether a message may be begun: the lease lasts, and nobody asked for it back. */
  mayBegin(): boolean;
  /** Whether the dot may still be written. */
  lasts(): boolean;
  renew(untilMonotonicMs: number): void;
  /** Finish what is in flight, then give the slice back: pause, a higher lane, SIGTERM. */
  askBack(): void;
  /** The fence has moved on: somebody else answers for these readers now. */
  lose(): void;
  isLost(): boolean;
  /** All is begun that may be; only the last answers are awaited. */
  linger(): void;
  lingering: Promise<void>;
}

export function holdLease(lease: Lease, untilMonotonicMs: number): HeldLease {
  let until = untilMonotonicMs;
  let isAskedBack = false;
  let isLost = false;
  let linger!: () => void;
  const lingering = new Promise<void>((resolve) => (linger = resolve));
  const lasts = (): boolean => !isLost && performance.now() < until;
  return {
    lease,
    lasts,
    mayBegin: () => lasts() && !isAskedBack,
    renew: (later) => void (until = later),
    askBack: () => void (isAskedBack = true),
    lose: () => void (isLost = true),
    isLost: () => isLost,
    linger,
    lingering,
  };
}
