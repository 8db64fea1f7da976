import { z } from 'zod';
import { type Article, ArticleInput, contentOf } from '#src/articles/article';
import { Timestamp, timestamp } from '#src/http/timestamp';

const text = z.string().nullable();
const image = z.strictObject({ url: z.string(), alt: z.string(), width: z.int(), height: z.int() });

/** An article as the API shows it; it can be stored again as it is. */
export const ArticleBody = z.strictObject({
  id: z.string(),
  headline: z.string(),
  alternativeHeadline: text,
  description: z.string(),
  url: text,
  datePublished: Timestamp,
  dateModified: Timestamp.nullable(),
  inLanguage: z.string(),
  articleSection: text,
  keywords: z.array(z.string()),
  author: z.array(z.string()),
  image: image.nullable(),
  articleBody: z.array(z.string()),
  kind: z.enum(['editorial', 'sponsored', 'appeal']),
  embargoedUntil: Timestamp.nullable(),
  withdrawnAt: Timestamp.nullable(),
  notes: z.array(z.string()),
});

export function articleBody(article: Article): z.infer<typeof ArticleBody> {
  return {
    ...contentOf(article),
    id: article.id,
    datePublished: timestamp(article.datePublished),
    dateModified: article.dateModified && timestamp(article.dateModified),
    embargoedUntil: article.embargoedUntil && timestamp(article.embargoedUntil),
    withdrawnAt: article.withdrawnAt && timestamp(article.withdrawnAt),
  };
}

const PageAddress = z.strictObject({ url: z.url({ protocol: /^https?$/, error: 'is no http or https address' }).max(2_000) });
const either = z.toJSONSchema(z.union([PageAddress, ArticleInput]), { io: 'input' });

/** `{url}` alone is a page to fetch; anything else is an article, whose faults are told by its own fields. */
export const NewArticle = z
  .record(z.string(), z.unknown())
  .transform((given, issues) => {
    const names = Object.keys(given);
    const isPage = names.length === 1 && names[0] === 'url';
    const parsed = isPage
      ? PageAddress.transform(({ url }) => ({ page: url })).safeParse(given)
      : ArticleInput.transform((article) => ({ article })).safeParse(given);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) issues.issues.push({ ...issue, input: given } as z.core.$ZodRawIssue);
    return z.NEVER;
  })
  .meta({ anyOf: either.anyOf });
