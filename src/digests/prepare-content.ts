import type { Insertable } from 'kysely';
import type { Database } from '#src/db/tables';
import type { Variant } from '#src/digests/render-variant';
import { compileSkeleton } from '#src/mail/compile-skeleton';
import { packSkeleton } from '#src/mail/pack-skeleton';

/** The rows from which senders work: one a variant, with its body encoded once for all its readers. */
export function prepareContent(digestId: string, version: number, variants: readonly Variant[]): Insertable<Database['content']>[] {
  return variants.map(({ language, email, rendered, hash }, variant) => ({
    digest_id: digestId,
    version,
    variant,
    language,
    hash,
    email: JSON.stringify(email),
    rendered: JSON.stringify(rendered),
    skeleton: packSkeleton(compileSkeleton(rendered)),
  }));
}
