import type { Context } from '#src/context';
import { changeDraft } from '#src/digests/change-draft';
import type { Digest, DigestWords } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';

/** Subject, preheader and note of a draft; what is not given stays. An empty subject or preheader is made from the headlines. */
export async function changeDigest(
  ctx: Context,
  digestId: string,
  { ifMatch = null, ...words }: DigestWords & { ifMatch?: number | null },
): Promise<Digest> {
  await findDigest(ctx.db, digestId);
  const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
  await changeDraft(ctx.db, digestId, ifMatch, given);
  return findDigest(ctx.db, digestId);
}
