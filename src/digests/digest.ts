import { z } from 'zod';
import { cleanText } from '#src/mail/clean-text';
import type { Cadence, DigestState } from '#src/db/tables';

/** One issue of a newsletter, with as much of the newsletter as every use of it needs. Times are moments, ids are strings. */
export interface Digest {
  id: string;
  newsletter: DigestNewsletter;
  cadence: Cadence;
  occasion: string | null;
  slug: string | null;
  state: DigestState;
  /** A word of `StateReason`, or one with details after a colon: `checks-blocked: D06, D21`. */
  stateReason: string | null;
  subject: string;
  preheader: string;
  /** Of its first article: what it is known by while it has no subject. */
  leadHeadline: string | null;
  note: string | null;
  version: number;
  approvedHash: string | null;
  expectedRecipients: number | null;
  sendAt: Date | null;
  sendZone: string | null;
  holdSeconds: number;
  holdUntil: Date | null;
  sendBy: Date | null;
  contentVersion: number;
  /** Only its first slice of readers may leave, until that has arrived. */
  canary: boolean;
  /** The digest that it corrects, for those who had that version of it. */
  corrects: { digestId: string; version: number } | null;
  frozenCount: number | null;
  frozenAt: Date | null;
  finishedAt: Date | null;
  withdrawnAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface DigestNewsletter {
  id: string;
  slug: string;
  name: string;
  language: string;
  zone: string;
}

/** Why a digest is a draft again, was skipped, or waits: a closed list, which the studio puts into words. */
export type StateReason =
  | 'opening' // a schedule is making it and has not finished
  | 'undone'
  | 'nothing-new'
  | 'no-readers'
  | 'checks-blocked'
  | 'content-changed'
  | 'article-unavailable'
  | 'too-late'
  | 'unwanted' // an editor deleted what a schedule had made
  | 'hard-bounces' // the brakes: too many mailboxes are not there,
  | 'policy-refusals' // or receivers refuse us,
  | 'complaints' // or readers call it junk,
  | 'relay-refusals' // or the relay refuses by itself,
  | 'relay-mute' // or answers our dots in no words that can be read
  | 'canary'; // the slice that went ahead did not arrive

/**
 * THE table of what may follow what. A state is changed by `moveDigest` and nowhere else, each time by one of these rows.
 * `frozen` lasts no longer than the transaction that freezes.
 */
export const moves = {
  approve: { from: ['draft', 'scheduled'], to: 'scheduled' },
  unschedule: { from: ['scheduled'], to: 'draft' },
  freeze: { from: ['scheduled'], to: 'frozen' },
  hold: { from: ['frozen'], to: 'holding' },
  start: { from: ['frozen', 'holding'], to: 'sending' },
  undo: { from: ['scheduled', 'frozen', 'holding'], to: 'draft' },
  pause: { from: ['sending'], to: 'paused' },
  resume: { from: ['paused'], to: 'sending' },
  finish: { from: ['sending'], to: 'finished' },
  cancel: { from: ['scheduled', 'frozen', 'holding', 'sending', 'paused'], to: 'cancelled' },
  skip: { from: ['draft', 'scheduled'], to: 'skipped' },
} as const satisfies Record<string, { from: readonly DigestState[]; to: DigestState }>;
export type Move = keyof typeof moves;

/** States in which its readers are fixed and nothing of it can be edited any more. */
export const underWay: readonly DigestState[] = ['frozen', 'holding', 'sending', 'paused'];

export const Slot = z.enum(['top', 'brief', 'more']);
export type Slot = z.infer<typeof Slot>;

/** One article in its place; what the editor did not write is null. */
export interface DigestArticle {
  articleId: string;
  slot: Slot;
  headline: string | null;
  description: string | null;
  whyItMatters: string | null;
}

const words = (limit: number) => z.string().trim().max(limit, `is longer than ${limit} characters`);
/** Of one line, whatever was pasted. */
const line = (limit: number) => words(limit).transform(cleanText);
/** Blank means: the article's own words. */
const override = (limit: number) =>
  words(limit)
    .nullish()
    .transform((text) => text || null);

/** One article in its place, with the editor's own words for this digest. */
export const ArrangedArticle = z.strictObject({
  articleId: z.string().min(1).max(200),
  slot: Slot.optional(),
  headline: override(300),
  description: override(2_000),
  whyItMatters: override(1_000),
});
export type ArrangedArticle = z.infer<typeof ArrangedArticle>;

export const Arrangement = z.array(ArrangedArticle).max(100, 'has more than 100 articles');

/** What an editor writes around the articles. */
export const DigestWords = z.strictObject({
  subject: line(300).optional(),
  preheader: line(500).optional(),
  note: words(5_000)
    .nullish()
    .transform((text) => (text === undefined ? undefined : text || null)),
});
export type DigestWords = z.infer<typeof DigestWords>;
