import type { DigestEmail } from '#src/mail/digest-email';
import { cleanText } from '#src/mail/clean-text';

/** What the articles themselves say, in one text: a quoted `{{name}}` or `<b>` in an article is not a mistake of ours. */
export function articleWords(email: DigestEmail | null): string {
  const texts = (email?.articles ?? []).flatMap((article) => [
    article.headline,
    article.description,
    article.whyItMatters,
    article.source,
    article.url,
    article.image?.alt,
  ]);
  return texts.map((text) => cleanText(text ?? '')).join('\n');
}

/** Text without the marks and isolates that we put in, and with one space for white space. */
export function withoutMarks(text: string): string {
  return text
    .replace(/[\u200e\u200f\u2066-\u2069]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
