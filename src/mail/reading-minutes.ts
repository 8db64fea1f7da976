import type { DigestEmail } from '#src/mail/digest-email';

const wordsPerMinute = 220;

/** How long the email itself takes to read, in whole minutes; not the articles behind it. */
export function readingMinutes(email: DigestEmail): number {
  const texts = email.articles.flatMap((article) => [article.headline, article.description, article.whyItMatters ?? '']);
  const count = [email.note ?? '', ...texts].join(' ').split(/\s+/).filter(Boolean).length;
  return Math.max(1, Math.round(count / wordsPerMinute));
}
