/**
 * Milliseconds until a deferred reader is tried again: a minute after the first time, doubling to half an hour, a quarter more or less so that a
 * domain that deferred many is not met by all of them at once. The lease makes it final when the digest's `send_by` has gone by.
 */
export function retryAfterMs(times: number): number {
  const minutes = Math.min(30, 2 ** Math.min(times - 1, 10));
  return Math.round(minutes * 60_000 * (0.75 + Math.random() / 2));
}
