import type { Skeleton } from '#src/mail/skeleton';
import type { SlotValues } from '#src/mail/slots';

/**
 * @param lane a buffer that an earlier call returned for this same skeleton and whose message has left: only its slots are written.
 */
export function fillSkeleton(_skeleton: Skeleton, _values: SlotValues, _lane?: Buffer): Buffer {
  throw new Error('not written yet');
}
