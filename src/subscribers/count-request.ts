import type { Context } from '#src/context';
import { insertCounts } from '#src/subscribers/limit-queries';

/** Something that is counted, and how often within the window it may be. */
export interface Bucket {
  key: string;
  most: number;
}

/** `place`: which of the buckets, from 1. `counted`: this request included. */
export interface Count {
  place: number;
  counted: number;
  resetsInMs: number;
}

/** Counts in one bucket after the other, up to the first that is full; a count for each that was counted. One statement. */
export async function countRequest(ctx: Context, buckets: readonly Bucket[], windowMs: number): Promise<Count[]> {
  return insertCounts(ctx.db, buckets, { now: ctx.now(), windowMs });
}
