import type { Skeleton } from '#src/mail/skeleton';

/**
 * A body for each connection, reused from message to message: only the slots are written anew, which spares a copy and the collecting of it. Safe
 * because a connection carries one message at a time, and one that ended in the midst of a body is never used again.
 */
export type Lanes = (connection: object, skeleton: Skeleton) => Buffer;

export function openLanes(): Lanes {
  const lanes = new WeakMap<object, { skeleton: Skeleton; body: Buffer }>();
  return (connection, skeleton) => {
    const known = lanes.get(connection);
    if (known?.skeleton === skeleton) return known.body;
    const lane = { skeleton, body: Buffer.from(skeleton.wire) };
    lanes.set(connection, lane);
    return lane.body;
  };
}
