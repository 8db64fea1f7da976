import type { RawArticle } from '#src/articles/article';

/** What a page says of itself; each part may be absent. Dates are still as they were written. */
export interface PageArticle extends Partial<Omit<RawArticle, 'datePublished' | 'dateModified' | 'articleBody'>> {
  datePublished?: string;
  dateModified?: string;
  articleBody?: string[];
}

/** Without what is empty: one source's silence must not hide what another says. */
export function said(parts: { [Name in keyof PageArticle]: PageArticle[Name] | undefined }): PageArticle {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined && value !== '' && !isEmptyList(value)));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
