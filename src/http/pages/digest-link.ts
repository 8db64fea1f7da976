import type { PublishedDigest } from '#src/digests/published-digests';
import type { DigestLink } from '#src/http/pages/page-variables';

export function digestLink({ slug, subject, publishedAt, zone }: PublishedDigest): DigestLink {
  return { href: `/digests/${slug}`, subject, publishedAt, zone };
}
