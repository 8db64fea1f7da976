import type { OutcomeReason, OutcomeState } from '#src/db/tables';

/** Lower leaves first. */
export const laneNumbers = { breaking: 1, digest: 2 } as const;
export type DigestLane = keyof typeof laneNumbers;

export const readersPerSlice = 200;

/** What a sender holds while it sends one slice: the rows' own words, and the moment until which it may act. */
export interface Lease {
  digestId: string;
  n: number;
  lot: number;
  /** Of `laneNumbers`. */
  lane: number;
  lo: string;
  hi: string;
  pass: number;
  fence: string;
  serial: string;
  owner: string;
  relay: string;
  contentVersion: number;
  newsletterId: string;
  /** Past the digest's `send_by`, by the database's clock: nothing is sent by itself any more. */
  isLate: boolean;
}

/** A reader who is to get a message now, or, with `skip`, why not. */
export interface Reader {
  subscriberId: string;
  subscriptionId: string;
  address: string;
  joinedAt: Date;
  /** How often a relay has put this reader off so far. */
  deferrals: number;
  skip: 'erased' | 'suppressed' | 'unsubscribed' | 'paused' | null;
}

/** What became of one reader in one pass. `retryAfterMs` with `deferred` only; `reply` when the relay said anything but 2xx. */
export interface Outcome {
  subscriberId: string;
  state: OutcomeState;
  reason: OutcomeReason | null;
  at: Date;
  retryAfterMs: number | null;
  reply: string | null;
}
