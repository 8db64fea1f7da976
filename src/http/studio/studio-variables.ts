import type { Article } from '#src/articles/article';
import type { DigestState } from '#src/db/tables';
import type { Check, Checks } from '#src/digests/check-digest';
import type { Digest, Slot } from '#src/digests/digest';
import type { Progress } from '#src/digests/progress';
import type { SentTest } from '#src/digests/list-tests';
import type { InboxRow } from '#src/http/preview/inbox-rows';
import type { PreviewMode } from '#src/http/studio/preview-modes';
import type { PreviewReader } from '#src/http/studio/preview-reader';
import type { CorrectableWords } from '#src/http/studio/typed-correction';
import type { Newsletter } from '#src/newsletters/newsletter';
import type { DeliveryRow } from '#src/outbox/list-deliveries';

/** What each template of `templates/studio/` needs beside the frame. */
export interface StudioVariables {
  'sign-in': { email: string; isWrong: boolean; isSent: boolean };
  'sign-in-link': { action: string };
  'sign-in-over': object;
  today: { cards: TodayCard[]; coming: Coming[]; last: Digest[]; newestArticleAt: Date | null };
  articles: { articles: ListedArticle[]; q: string; use: '' | 'unused' | 'used'; next: string | null; url: string };
  'article-form': { article: ArticleFields; faults: string[]; languages: readonly string[] };
  digests: { digests: Digest[]; next: string | null; newsletters: Newsletter[] };
  editor: EditorVariables;
  test: { digest: Digest; to: string; wrong: string[]; tests: SentTest[]; isStale: boolean };
  review: ReviewVariables;
  watch: WatchVariables;
  correction: CorrectionVariables;
  record: { digest: Digest };
}
export type StudioPage = keyof StudioVariables;

/** The digest of a newsletter that an editor should look at first. */
export interface TodayCard {
  newsletter: Newsletter;
  digest: Digest | null;
  progress: Progress | null;
  blocking: Checks['items'];
  readers: number;
  nextAt: Date | null;
}

export interface Coming {
  at: Date;
  zone: string;
  newsletter: string;
  /** A digest that is scheduled, or null for the hour of a schedule. */
  digest: Pick<Digest, 'id' | 'subject'> | null;
  cadence: string;
}

export interface ListedArticle {
  article: Article;
  uses: { digestId: string; subject: string; state: DigestState }[];
}

export type ArticleFields = Record<
  'headline' | 'description' | 'url' | 'datePublished' | 'articleBody' | 'articleSection' | 'inLanguage' | 'kind',
  string
>;

export interface EditorVariables {
  digest: Digest;
  articles: SeatedArticle[];
  choosable: Article[];
  q: string;
  /** What stands in their place while the editor writes none. */
  made: { subject: string; preheader: string };
  /** Theirs, when somebody else saved in the meantime; the form keeps ours. */
  theirs: Pick<Digest, 'subject' | 'preheader' | 'note'> | null;
  preview: PreviewVariables;
  checks: Checks;
  linksAsked: boolean;
  recipients: number;
  openArticle: string;
}

export interface PreviewVariables {
  as: 'html' | 'text';
  mode: PreviewMode;
  width: number;
  modes: readonly PreviewMode[];
  widths: readonly number[];
  from: string;
  /** The email before anybody opens it, in four inboxes. */
  rows: InboxRow[];
  htmlBytes: number;
  /** In whose place it is shown; null for the newsletter's own language. */
  reader: PreviewReader | null;
  /** What was typed and names no reader of the newsletter. */
  unknownReader: string | null;
}

export interface SeatedArticle {
  articleId: string;
  place: number;
  slot: Slot;
  headline: string | null;
  description: string | null;
  whyItMatters: string | null;
  /** The article's own words. */
  own: {
    headline: string;
    description: string;
    language: string;
    url: string | null;
    publishedAt: Date;
    notes: string[];
    hasImage: boolean;
  };
  unavailable: 'withdrawn' | 'embargoed' | null;
}

export interface ReviewVariables {
  digest: Digest;
  checks: Checks;
  linksAsked: boolean;
  recipients: number;
  zones: readonly string[];
  at: string;
  zone: string;
  /** The article that a check's place names, by its number. */
  lastTest: SentTest | null;
}

export interface WatchVariables {
  digest: Digest;
  progress: Progress;
  /** Null when there is none, or whoever looks may not read names. */
  rejected: NamedReaders | null;
  unknown: NamedReaders | null;
  isLive: boolean;
  /** The first readers, while the others wait for them. */
  canary: { size: number; open: number } | null;
  /** Readers who pressed "junk", as far as their mailboxes tell. */
  complaints: number;
}

/** Some of those in one state, in the order of their ids: whoever follows `after`, and the last of them when others follow. */
export interface NamedReaders {
  rows: DeliveryRow[];
  after: string | null;
  next: string | null;
}

export interface CorrectionVariables {
  digest: Digest;
  /** What somebody else stored while this form was being filled in. */
  theirs: Pick<Digest, 'subject' | 'preheader' | 'note'> | null;
  /** In their order, with the editor's words or what was just typed. */
  articles: CorrectableArticle[];
  /** How many wait for the corrected one. */
  waiting: number;
  /** What keeps the correction from being taken. */
  blocking: readonly Check[];
}

export interface CorrectableArticle extends CorrectableWords {
  id: string;
  isOut: boolean;
  /** The words that somebody else stored, where what was typed differs. */
  theirs: CorrectableWords | null;
  own: { headline: string; description: string; language: string };
}
