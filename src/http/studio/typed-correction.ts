import type { Request } from 'express';
import type { Digest } from '#src/digests/digest';
import type { ChosenArticle } from '#src/digests/find-digest';
import { field, fields } from '#src/http/studio/form';

export type CorrectableWords = Record<'headline' | 'description' | 'whyItMatters', string>;

/** What the form says of one article. Its fields bear the article's id, as its place may be another's by now; what the form does not name stays. */
export function typedArticle(request: Request, { articleId, ...chosen }: ChosenArticle): CorrectableWords & { isOut: boolean } {
  const stored = storedWords(chosen);
  const typed = (name: keyof CorrectableWords): string => fields(request, `${name}-${articleId}`)[0] ?? stored[name];
  return {
    headline: typed('headline'),
    description: typed('description'),
    whyItMatters: typed('whyItMatters'),
    isOut: field(request, `out-${articleId}`) === 'on',
  };
}

/** The editor's own words as fields have them: blank where the article's stand. */
export function storedWords({ headline, description, whyItMatters }: Pick<ChosenArticle, keyof CorrectableWords>): CorrectableWords {
  return { headline: headline ?? '', description: description ?? '', whyItMatters: whyItMatters ?? '' };
}

/** What the form says around the articles. */
export function typedWords(request: Request): Pick<Digest, 'subject' | 'preheader' | 'note'> {
  const oneLine = (name: string): string => field(request, name).replace(/\s+/g, ' ').trim();
  return { subject: oneLine('subject'), preheader: oneLine('preheader'), note: field(request, 'note').trim() || null };
}

/** The version that the form was filled in for; -1, which none is, when it does not say. */
export function typedVersion(request: Request): number {
  return Number(field(request, 'version')) || -1;
}
