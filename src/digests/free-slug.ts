import type { Db } from '#src/db/client';
import type { Digest } from '#src/digests/digest';
import { wallTimeOf } from '#src/zone-time';

/**
 * Where the digest will stand on the web: `israel-briefing-2026-11-22`, with `-breaking` or `-weekly`, and `-2` for the second of a day.
 * One that the digest already holds for that day stays. Two digests may be told the same: the unique column decides.
 */
export async function freeSlug(db: Db, digest: Digest, at: Date): Promise<string> {
  const day = wallTimeOf(at, digest.newsletter.zone).slice(0, 10);
  const stem = [digest.newsletter.slug, day, ...(digest.cadence === 'daily' ? [] : [digest.cadence])].join('-');
  if (digest.slug !== null && isOfStem(digest.slug, stem)) return digest.slug;
  const rows = await db.selectFrom('digest').select('slug').where('slug', 'like', `${stem}%`).execute();
  const taken = new Set(rows.map(({ slug }) => slug));
  let slug = stem;
  for (let count = 2; taken.has(slug); count += 1) slug = `${stem}-${count}`;
  return slug;
}

function isOfStem(slug: string, stem: string): boolean {
  return slug === stem || (slug.startsWith(`${stem}-`) && /^\d+$/.test(slug.slice(stem.length + 1)));
}
