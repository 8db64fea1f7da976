import type { MessageSource, Skeleton } from '#src/mail/skeleton';

export function compileSkeleton(_source: MessageSource): Skeleton {
  throw new Error('not written yet');
}
