import type { Db } from '#src/db/client';
import { type PublishedDigest, selectPublished } from '#src/digests/published-digests';
import type { RenderedEmail } from '#src/mail/render-email';

export interface PublishedPage extends PublishedDigest {
  withdrawnAt: Date | null;
  rendered: RenderedEmail;
}

/** The digest as it was frozen, by the last part of its address; withdrawn ones too. Null for one that nobody has had. */
export async function findPublished(db: Db, slug: string): Promise<PublishedPage | null> {
  const row = await selectPublished(db)
    .select(['digest.withdrawn_at as withdrawnAt', 'content.rendered'])
    .where('digest.slug', '=', slug)
    .executeTakeFirst();
  return row ?? null;
}
