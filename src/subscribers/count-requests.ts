import type { Context } from '#src/context';
import { insertCounts } from '#src/subscribers/limit-queries';

/** Something that is counted, and how often within the window it may be. */
export interface Bucket {
  key: string;
  most: number;
}

/** What one request is counted in, and for how long that lasts. */
export interface Counting {
  buckets: readonly Bucket[];
  windowMs: number;
}

/** `place`: which of the buckets, from 1. `counted`: this request included. */
export interface Count {
  place: number;
  counted: number;
  resetsInMs: number;
}

/** Counts each request in one bucket after the other, up to the first that is full; a count for each that was counted. One statement for all of them. */
export async function countRequests(ctx: Context, requests: readonly Counting[]): Promise<Count[][]> {
  return insertCounts(ctx.db, requests, ctx.now());
}
