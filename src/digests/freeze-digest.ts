import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { audienceOf } from '#src/digests/audience-of';
import { composeDigestEmail } from '#src/digests/compose-digest-email';
import type { Digest, StateReason } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { laneOf } from '#src/digests/lane-of';
import { moveDigest, tryMove } from '#src/digests/move-digest';
import { prepareContent } from '#src/digests/prepare-content';
import { putContent } from '#src/digests/queries';
import { renderVariant, type Variant } from '#src/digests/render-variant';
import { backToDraft } from '#src/digests/schedule-digest';
import { Refusal } from '#src/errors';
import { languageFor } from '#src/locales';
import { audience } from '#src/outbox/audience';
import { deliverLater } from '#src/outbox/deliver-later';
import { laneNumbers } from '#src/outbox/delivery';
import { freezeAudience } from '#src/outbox/freeze-audience';

export type FreezeOutcome = 'not-due' | 'holding' | 'sending' | StateReason;

const contentVersion = 1;

/**
 * A scheduled digest whose time has come: renders it, and, if it is what was approved, fixes content and readers in one transaction.
 * Otherwise it becomes a draft again that says why, and nothing leaves. May be called any number of times.
 */
export async function freezeDigest(ctx: Context, digestId: string): Promise<FreezeOutcome> {
  const digest = await findDigest(ctx.db, digestId);
  if (digest.state !== 'scheduled' || digest.sendAt === null || digest.sendAt > ctx.now()) return 'not-due';
  const prepared = await prepare(ctx, digest, digest.sendAt);
  const outcome = typeof prepared === 'string' ? prepared : await commit(ctx, prepared);
  if (outcome === 'sending') await deliverLater(ctx, laneOf(digest));
  return outcome === 'not-due' || outcome === 'holding' || outcome === 'sending' ? outcome : giveUp(ctx, digest, outcome);
}

interface Prepared {
  digest: Digest;
  variants: readonly Variant[];
  frames: readonly Frame[];
  /** What is left of the time in which it may leave. */
  sendWithinMs: number;
  now: Date;
}

/** Outside the transaction: rendering takes its time. Returns why it may not be frozen, if so. */
async function prepare(ctx: Context, digest: Digest, sendAt: Date): Promise<Prepared | StateReason> {
  const now = ctx.now();
  const sendWithinMs = sendAt.getTime() + hoursToSend[laneOf(digest)] * 3_600_000 - now.getTime();
  if (sendWithinMs <= 0) return 'too-late';
  const { email, unavailable } = await composeDigestEmail(ctx, digest, sendAt);
  if (unavailable.length > 0) return 'article-unavailable';
  if (email === null) return 'content-changed';
  const frames = await framesOf(ctx, digest);
  const variants = await Promise.all(frames.map(({ language }) => renderVariant(ctx, email, language)));
  return variants[0]?.hash === digest.approvedHash ? { digest, variants, frames, sendWithinMs, now } : 'content-changed';
}

const hoursToSend = { breaking: 1, digest: 6 } as const;

async function commit(ctx: Context, prepared: Prepared): Promise<FreezeOutcome> {
  try {
    return await ctx.db.transaction().execute((tx) => freeze(tx, prepared));
  } catch (error) {
    if (error instanceof NobodyToWriteTo) return 'no-readers';
    if (error instanceof Refusal) return 'not-due'; // somebody else froze it, or called it back
    throw error;
  }
}

class NobodyToWriteTo extends Error {
  override readonly name = 'NobodyToWriteTo';
}

async function freeze(tx: Tx, { digest, variants, frames, sendWithinMs, now }: Prepared): Promise<FreezeOutcome> {
  const holdUntil = new Date(now.getTime() + digest.holdSeconds * 1_000);
  const { since, sendBy } = await byTheirClock(tx, now, sendWithinMs);
  await moveDigest(tx, digest.id, 'freeze', { version: digest.version });
  await putContent(tx, prepareContent(digest.id, contentVersion, variants));
  const frozen = await freezeAudience(tx, {
    digestId: digest.id,
    ...audienceOf(digest, now),
    lane: laneNumbers[laneOf(digest)],
    variants: frames.map(({ languages }, variant) => ({ variant, languages })),
    notBefore: since,
  });
  if (frozen === 0) throw new NobodyToWriteTo();
  const move = digest.holdSeconds > 0 ? 'hold' : 'start';
  const changes = { content_version: contentVersion, frozen_count: frozen, frozen_at: now, hold_until: holdUntil, send_by: sendBy };
  await moveDigest(tx, digest.id, move, { changes });
  return move === 'hold' ? 'holding' : 'sending';
}

/** Senders lease, and give up, by the database's clock, from which ours may be hours away. The state keeps a held digest back. */
async function byTheirClock(tx: Tx, now: Date, sendWithinMs: number): Promise<{ since: Date; sendBy: Date }> {
  const { rows } = await sql<{ since: Date; sendBy: Date }>`
    SELECT least(${now}::timestamptz, now()) AS since, clock_timestamp() + ${sendWithinMs} * interval '1 millisecond' AS "sendBy"`.execute(
    tx,
  );
  return rows[0] as { since: Date; sendBy: Date };
}

interface Frame {
  language: string;
  /** As subscriptions name them. */
  languages: string[];
}

/** The newsletter's own language first: whoever reads in none of the others gets it. */
async function framesOf(ctx: Context, digest: Digest): Promise<Frame[]> {
  const readers = audience(audienceOf(digest, ctx.now()));
  const { rows } = await sql<{ language: string }>`SELECT DISTINCT language FROM (${readers}) AS reader ORDER BY language`.execute(ctx.db);
  const own = languageFor(digest.newsletter.language);
  const spoken = rows.map(({ language }) => language);
  const others = [...new Set(spoken.map(languageFor))].filter((language) => language !== own);
  return [own, ...others].map((language) => ({ language, languages: spoken.filter((tag) => languageFor(tag) === language) }));
}

/** What a schedule made and nobody would get is skipped; anything else is an editor's again. */
async function giveUp(ctx: Context, digest: Digest, reason: StateReason): Promise<StateReason | 'not-due'> {
  const isSkipped = reason === 'no-readers' && digest.occasion !== null;
  const changes = { ...backToDraft, state_reason: reason };
  const moved = await tryMove(ctx.db, digest.id, isSkipped ? 'skip' : 'unschedule', { version: digest.version, changes });
  ctx.log.warn({ digestId: digest.id, reason }, 'a digest was not sent');
  return moved ? reason : 'not-due';
}
