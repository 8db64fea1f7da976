import type { Skeleton } from '#src/mail/skeleton';

/** The bytes that the database keeps. */
export function packSkeleton(_skeleton: Skeleton): Buffer {
  throw new Error('not written yet');
}

/** @throws when the bytes were not packed by this version. */
export function unpackSkeleton(_packed: Uint8Array): Skeleton {
  throw new Error('not written yet');
}
