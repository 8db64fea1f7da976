import { directionOf, t } from '#src/locales';
import { dateline } from '#src/mail/dateline';
import type { DigestArticle, DigestEmail } from '#src/mail/digest-email';
import { footerView, type FooterView } from '#src/mail/footer-view';
import { frameView, type FrameView } from '#src/mail/frame-view';
import { inline } from '#src/mail/inline';
import { Keyword, type Markup } from '#src/mail/markup';
import { readingMinutes } from '#src/mail/reading-minutes';
import { markDirection } from '#src/mail/mark-direction';
import { typefaces } from '#src/mail/typefaces';

export interface DigestView extends FrameView {
  dates: { gregorian: string; hebrew: string };
  count: string;
  webUrl: string;
  note: Markup | null;
  noteLanguage: Passage;
  blocks: { slot: DigestArticle['slot']; label: Markup; articles: ArticleView[] }[];
  footer: FooterView;
}

/** A passage in its own language inside the frame: what its element must say. */
interface Passage {
  lang: Keyword;
  dir: Keyword;
  align: Keyword;
  differs: boolean;
}

interface ArticleView extends Passage {
  headline: Markup;
  description: Markup | null;
  whyItMatters: Markup | null;
  whyLabel: Markup;
  kindLabel: Markup | null;
  url: string;
  meta: Markup;
  heading: Keyword;
  text: Keyword;
  image: { url: string; alt: string; width: number; height: number } | null;
}

/** The digest as its template prints it. */
export function digestView(email: DigestEmail): DigestView {
  const language = email.frameLanguage;
  const frame = frameView({ newsletter: email.newsletter, language, ...digestSubject(email) });
  return {
    ...frame,
    dates: dateline(email.date, email.newsletter.zone, language),
    count: digestLength(email),
    webUrl: email.webUrl,
    note: email.note ? inline(email.note, email.newsletter.language) : null,
    noteLanguage: passage(email.newsletter.language, language),
    blocks: (['top', 'brief', 'more'] as const)
      .map((slot) => ({ slot, articles: email.articles.filter((article) => article.slot === slot) }))
      .filter(({ articles }) => articles.length > 0)
      .map(({ slot, articles }) => ({
        slot,
        label: frame.label(slot, { count: articles.length }),
        articles: articles.map((article, index) => articleView(article, email, slot === 'top' && index === 0)),
      })),
    footer: footerView({ newsletter: email.newsletter, publicUrl: email.publicUrl, language, webUrl: email.webUrl }),
  };
}

/** Subject and preheader in the newsletter's own language, whatever the frame's. */
export function digestSubject({ subject, preheader, newsletter }: DigestEmail): { subject: string; preheader: string } {
  return { subject: markDirection(subject, newsletter.language), preheader: markDirection(preheader, newsletter.language) };
}

/** "8 articles, 4 min". */
export function digestLength(email: DigestEmail): string {
  return t(email.frameLanguage, 'email.length', { count: email.articles.length, minutes: readingMinutes(email) });
}

/** "The Source · 3 min", in the article's language if we have its words. */
export function articleSource(article: DigestArticle): string {
  return [article.source, t(article.language, 'email.minutes', { minutes: article.minutes })].filter(Boolean).join(' · ');
}

function articleView(article: DigestArticle, email: DigestEmail, leads: boolean): ArticleView {
  const frame = email.frameLanguage;
  return {
    ...passage(article.language, frame),
    ...typefaces(article.language),
    headline: inline(article.headline, article.language),
    description: article.description.trim() === '' ? null : inline(article.description, article.language),
    whyItMatters: article.whyItMatters ? inline(article.whyItMatters, article.language) : null,
    whyLabel: inline(t(article.language, 'email.whyItMatters'), article.language),
    kindLabel: article.kind === 'editorial' ? null : inline(t(article.language, `email.${article.kind}`), article.language),
    url: new URL(article.url).href,
    meta: inline(articleSource(article), article.language),
    image: leads && article.image ? { url: new URL(article.image.url).href, alt: article.image.alt, ...shownSize(article.image) } : null,
  };
}

const imageWidth = 536;

/** Outlook for Windows knows no maximum: the attributes give the size on a wide screen, the style shrinks it. */
function shownSize(image: { width: number; height: number }): { width: number; height: number } {
  const width = Math.min(imageWidth, image.width);
  return { width, height: Math.max(1, Math.round((image.height * width) / image.width)) };
}

function passage(language: string, frame: string): Passage {
  const dir = directionOf(language);
  return {
    lang: new Keyword(/^[A-Za-z0-9-]+$/.test(language) ? language : 'und'),
    dir: new Keyword(dir),
    align: new Keyword(dir === 'rtl' ? 'right' : 'left'),
    differs: language.split('-')[0] !== frame.split('-')[0],
  };
}
