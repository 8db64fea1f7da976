import { z } from 'zod';
import type { Digest, DigestArticle } from '#src/digests/digest';
import { Slot } from '#src/digests/digest';
import type { Progress } from '#src/digests/progress';
import { Timestamp, timestamp } from '#src/http/timestamp';

export const CadenceName = z.enum(['breaking', 'daily', 'weekly']);
export const DigestStateName = z.enum(['draft', 'scheduled', 'frozen', 'holding', 'sending', 'paused', 'finished', 'cancelled', 'skipped']);
const moment = Timestamp.nullable();
const count = z.int().min(0);

/** A digest in a list. */
export const DigestSummary = z.strictObject({
  id: z.string(),
  newsletter: z.string(),
  cadence: CadenceName,
  occasion: z.string().nullable(),
  state: DigestStateName,
  stateReason: z.string().nullable(),
  subject: z.string(),
  preheader: z.string(),
  note: z.string().nullable(),
  url: z.string().nullable(),
  version: z.int(),
  sendAt: moment,
  zone: z.string().nullable(),
  holdUntil: moment,
  sendBy: moment,
  frozenCount: count.nullable(),
  frozenAt: moment,
  finishedAt: moment,
  withdrawnAt: moment,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});

const DigestArticleShape = z.strictObject({
  articleId: z.string(),
  slot: Slot,
  headline: z.string().nullable(),
  description: z.string().nullable(),
  whyItMatters: z.string().nullable(),
});

/** The whole digest; an article's own words are null where the editor left the article's. */
export const DigestShape = DigestSummary.extend({ articles: z.array(DigestArticleShape) });
export type DigestShape = z.infer<typeof DigestShape>;

export function digestSummary(digest: Digest, publicUrl: string): z.infer<typeof DigestSummary> {
  return {
    id: digest.id,
    newsletter: digest.newsletter.slug,
    cadence: digest.cadence,
    occasion: digest.occasion,
    state: digest.state,
    stateReason: digest.stateReason,
    subject: digest.subject,
    preheader: digest.preheader,
    note: digest.note,
    url: digest.slug === null ? null : `${publicUrl}/digests/${digest.slug}`,
    version: digest.version,
    sendAt: maybeTimestamp(digest.sendAt),
    zone: digest.sendZone,
    holdUntil: maybeTimestamp(digest.holdUntil),
    sendBy: maybeTimestamp(digest.sendBy),
    frozenCount: digest.frozenCount,
    frozenAt: maybeTimestamp(digest.frozenAt),
    finishedAt: maybeTimestamp(digest.finishedAt),
    withdrawnAt: maybeTimestamp(digest.withdrawnAt),
    createdAt: timestamp(digest.createdAt),
    updatedAt: timestamp(digest.updatedAt),
  };
}

export function digestShape(digest: Digest, articles: readonly DigestArticle[], publicUrl: string): DigestShape {
  const chosen = articles.map(({ articleId, slot, headline, description, whyItMatters }) => ({
    articleId,
    slot,
    headline,
    description,
    whyItMatters,
  }));
  return { ...digestSummary(digest, publicUrl), articles: chosen };
}

/** `frozen` is the sum of the seven that follow it. `rate` is readers a second. */
export const ProgressShape = z.strictObject({
  state: DigestStateName,
  frozen: count,
  waiting: count,
  sending: count,
  deferred: count,
  accepted: count,
  rejected: count,
  unknown: count,
  skipped: count,
  rate: z.number().min(0),
  etaSeconds: count.nullable(),
  oldestWaitingAt: moment,
  updatedAt: Timestamp,
});
export type ProgressShape = z.infer<typeof ProgressShape>;

export function progressShape(progress: Progress): ProgressShape {
  return { ...progress, oldestWaitingAt: maybeTimestamp(progress.oldestWaitingAt), updatedAt: timestamp(progress.updatedAt) };
}

export const DeliveryShape = z.strictObject({
  subscriberId: z.string(),
  email: z.string().nullable(),
  state: z.string(),
  reason: z.string().nullable(),
  pass: count,
  at: moment,
  relay: z.string().nullable(),
  reply: z.string().nullable(),
  retryAt: moment,
  messageId: z.string(),
});
export type DeliveryShape = z.infer<typeof DeliveryShape>;

export const ChecksShape = z.strictObject({
  canSend: z.boolean(),
  items: z.array(
    z.strictObject({
      id: z.string(),
      level: z.enum(['block', 'warn']),
      ok: z.boolean(),
      part: z.string(),
      place: z.string(),
      message: z.string(),
      remedy: z.string(),
    }),
  ),
});

export function maybeTimestamp(time: Date | null): string | null {
  return time === null ? null : timestamp(time);
}
