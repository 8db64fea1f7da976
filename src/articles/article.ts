import { z } from 'zod';
import { httpsUrl, instant, language, line, list, names, text, webUrl } from '#src/articles/article-fields';

/** The publisher's own id, at home in a URL and in a file's name. */
export const ArticleId = z
  .string()
  .max(200)
  .regex(/^(?!\.{1,2}$)[\p{L}\p{M}\p{N}\p{Pd}._~:@+=,;!$'()*]+$/u, "An id has letters, digits and . _ ~ : @ + = , ; ! $ ' ( ) * -")
  .transform((id) => id.normalize('NFC'));

const Kind = z.enum(['editorial', 'sponsored', 'appeal']);
const pixels = z.int().positive().max(10_000);
const Image = z.strictObject({ url: httpsUrl, alt: text(1_000).default(''), width: pixels, height: pixels });

const fields = {
  headline: line(500),
  alternativeHeadline: text(500).nullable(),
  description: text(10_000),
  url: webUrl.nullable(),
  datePublished: instant,
  dateModified: instant.nullable(),
  inLanguage: language,
  articleSection: text(200).nullable(),
  keywords: names(100, 200),
  author: names(50, 200),
  image: Image.nullable(),
  /** Plain paragraphs. */
  articleBody: list(2_000, 50_000),
  kind: Kind,
  embargoedUntil: instant.nullable(),
  withdrawnAt: instant.nullable(),
  /** For the editor, such as "headline missing". */
  notes: list(50, 500),
};

/** What a caller stores. Markup in it becomes plain text. An absent `withdrawnAt` leaves a withdrawal as it is; an absent `inLanguage` is guessed from the letters. */
export const ArticleInput = z.strictObject({
  ...fields,
  alternativeHeadline: fields.alternativeHeadline.default(null),
  description: fields.description.default(''),
  url: fields.url.default(null),
  dateModified: fields.dateModified.default(null),
  inLanguage: fields.inLanguage.optional(),
  articleSection: fields.articleSection.default(null),
  keywords: fields.keywords.default([]),
  author: fields.author.default([]),
  image: fields.image.default(null),
  articleBody: fields.articleBody.default([]),
  kind: Kind.default('editorial'),
  embargoedUntil: fields.embargoedUntil.default(null),
  withdrawnAt: fields.withdrawnAt.optional(),
  notes: fields.notes.default([]),
});
export type ArticleInput = z.infer<typeof ArticleInput>;
export type RawArticle = z.input<typeof ArticleInput>;

export const ArticleChange = z.strictObject(fields).partial();
export type ArticleChange = z.infer<typeof ArticleChange>;

/** What an article says and whether it may be used: everything that a version is a version of. */
export interface ArticleContent extends ArticleInput {
  inLanguage: string;
  withdrawnAt: Date | null;
}

/** A stored article (schema.org NewsArticle's names). `version` counts the changes of its content. */
export interface Article extends ArticleContent {
  id: string;
  version: number;
  storedAt: Date;
}

/** `outcome` of the last store: an unchanged article keeps its version. */
export interface StoredArticle {
  article: Article;
  outcome: 'created' | 'changed' | 'unchanged';
}

export function contentOf(article: Article): ArticleContent {
  const { id: _id, version: _version, storedAt: _storedAt, ...content } = article;
  return content;
}
