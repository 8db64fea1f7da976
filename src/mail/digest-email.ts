import { z } from 'zod';
import { cleanText } from '#src/mail/clean-text';
import { languages } from '#src/locales';
import { splitAtSlots } from '#src/mail/split-at-slots';

const webUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine((url) => splitAtSlots(url.split('/', 3).join('/')).every((piece) => 'text' in piece), 'Its host reads like a slot');
const words = (limit: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(limit)
    .refine((text) => /[^\p{C}\p{Z}\p{M}]/u.test(cleanText(text)), 'Nothing but invisible characters');

/** A language that the frame (labels, footer, one-off mail) is written in. */
export const FrameLanguage = z.string().refine((language) => languages.includes(language), 'No locale has this language');
export type FrameLanguage = z.infer<typeof FrameLanguage>;

/** What a message says about its sender; the same in the digest and in every one-off mail. */
export const EmailSender = z.object({
  slug: words(100),
  name: words(200),
  language: words(35),
  zone: words(64),
  fromName: words(200),
  postalAddress: words(500),
  contactAddress: words(254),
  websiteUrl: webUrl.nullable(),
  israelProfile: z.boolean(),
});
export type EmailSender = z.infer<typeof EmailSender>;

export const DigestArticle = z.object({
  id: words(200),
  slot: z.enum(['top', 'brief', 'more']),
  kind: z.enum(['editorial', 'sponsored', 'appeal']),
  headline: words(10_000),
  description: z.string().max(20_000),
  whyItMatters: words(10_000).nullable(),
  url: webUrl,
  language: words(35),
  section: words(200).nullable(),
  source: words(200).nullable(),
  minutes: z.int().min(1).max(600),
  image: z
    .object({ url: webUrl, alt: z.string().max(1_000), width: z.int().positive().max(10_000), height: z.int().positive().max(10_000) })
    .nullable(),
});
export type DigestArticle = z.infer<typeof DigestArticle>;

/** Everything that the digest's template needs and nothing about a reader. Frozen in Postgres as it is. */
export const DigestEmail = z.object({
  newsletter: EmailSender,
  frameLanguage: FrameLanguage,
  subject: words(1_000),
  preheader: z.string().max(1_000),
  note: words(10_000).nullable(),
  date: z.iso.datetime(),
  webUrl,
  publicUrl: webUrl,
  articles: z.array(DigestArticle).min(1).max(100),
});
export type DigestEmail = z.infer<typeof DigestEmail>;
