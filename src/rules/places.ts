import type { DigestEmail } from '#src/mail/digest-email';
import { textOf, type Element } from '#src/rules/document';

/** A short quotation, to find a place again. */
export function quote(text: string): string {
  const clean = text.replace(/\s+/g, ' ').trim();
  return `“${clean.length > 60 ? `${clean.slice(0, 57)}…` : clean}”`;
}

export function elementPlace(element: Element): string {
  const text = textOf(element).trim();
  return `<${element.tagName}>${text === '' ? '' : ` ${quote(text)}`}`;
}

/** "Article 3, “Headline”": where an editor finds it. */
export function articlePlace(email: DigestEmail, index: number): string {
  return `Article ${index + 1}, ${quote(email.articles[index]?.headline ?? '')}`;
}
