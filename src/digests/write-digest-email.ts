import type { Selectable } from 'kysely';
import type { Config } from '#src/config';
import type { Database } from '#src/db/tables';
import type { Digest, Slot } from '#src/digests/digest';
import type { ChosenArticle } from '#src/digests/find-digest';
import { shorten } from '#src/digests/shorten';
import type { DigestArticle, DigestEmail } from '#src/mail/digest-email';

export interface DigestMaterial {
  digest: Digest;
  chosen: readonly ChosenArticle[];
  sender: DigestEmail['newsletter'];
  /** The day that stands in its masthead. */
  at: Date;
  slug: string;
}

/** The email that rows make, as data: the same rows give the same email. Null without articles. */
export function writeDigestEmail(
  { digest, chosen, sender, at, slug }: DigestMaterial,
  config: Pick<Config, 'publicUrl'>,
): DigestEmail | null {
  const articles = seated(chosen).map((choice) => writeArticle(choice, config.publicUrl));
  const headlines = articles.map(({ headline }) => headline);
  if (articles.length === 0) return null;
  return {
    newsletter: sender,
    frameLanguage: digest.newsletter.language,
    subject: digest.subject || subjectFrom(headlines),
    preheader: digest.preheader || preheaderFrom(headlines),
    note: digest.note,
    date: at.toISOString(),
    webUrl: `${config.publicUrl}/digests/${slug}`,
    publicUrl: config.publicUrl,
    articles,
  };
}

/** The lead's headline, cut at a word when it is longer than an inbox row shows. */
export function subjectFrom(headlines: readonly string[]): string {
  return cutAtWord(headlines[0] ?? '', 70);
}

/** The headlines after the lead, as many as fit. */
export function preheaderFrom(headlines: readonly string[]): string {
  const [, first = '', ...others] = headlines;
  const fitting = others
    .slice(0, 2)
    .reduce((text, headline) => (`${text} · ${headline}`.length <= 90 ? `${text} · ${headline}` : text), first);
  return cutAtWord(fitting, 90);
}

/** Somebody must lead: without a top article it is the first. */
function seated(chosen: readonly ChosenArticle[]): readonly ChosenArticle[] {
  if (chosen.some(({ slot }) => slot === 'top')) return chosen;
  return chosen.map((choice, place) => (place === 0 ? { ...choice, slot: 'top' } : choice));
}

const wordLimits: Record<Slot, number> = { top: 70, brief: 40, more: 40 };

function writeArticle({ article, slot, headline, description, whyItMatters }: ChosenArticle, publicUrl: string): DigestArticle {
  const url = article.url ?? `${publicUrl}/articles/${encodeURIComponent(article.id)}`;
  return {
    id: article.id,
    slot,
    kind: article.kind,
    headline: headline ?? article.headline,
    description: description ?? shorten(article.description || (article.article_body[0] ?? ''), wordLimits[slot]),
    whyItMatters,
    url,
    language: article.in_language,
    section: article.article_section,
    source: article.url === null ? null : new URL(url).host.replace(/^www\./, ''),
    minutes: minutesToRead(article),
    image: article.image,
  };
}

function minutesToRead(article: Selectable<Database['article']>): number {
  const words = article.article_body.join(' ').split(/\s+/).filter(Boolean).length;
  return Math.min(600, Math.max(1, Math.round(words / 220)));
}

function cutAtWord(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), limit - 30)).replace(/[\s,;:·–-]+$/u, '')}…`;
}
