import type { DigestEmail } from '#src/mail/digest-email';
import { textOf, type Element } from '#src/rules/document';
import { type Saying, saying, type Values } from '#src/rules/saying';

/** A place that the locales name under `rules.place`. */
export function at(name: string, values?: Values): Saying {
  return saying(`place.${name}`, values);
}

/** As much of a text as is needed to find its place again. */
export function clip(text: string): string {
  const clean = text.replace(/\s+/g, ' ').trim();
  return clean.length > 60 ? `${clean.slice(0, 57)}…` : clean;
}

export function elementPlace(element: Element): Saying {
  const text = textOf(element).trim();
  return text === '' ? at('element', { tag: element.tagName }) : at('elementWith', { tag: element.tagName, words: clip(text) });
}

/** "Article 3, “Headline”": where an editor finds it. */
export function articlePlace(email: DigestEmail, index: number): Saying {
  return at('article', { number: index + 1, headline: clip(email.articles[index]?.headline ?? '') });
}
