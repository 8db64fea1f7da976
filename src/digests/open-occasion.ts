import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import type { Cadence } from '#src/db/tables';
import { approveDigest, ChecksBlocked } from '#src/digests/approve-digest';
import { seatArticles } from '#src/digests/arrange-digest';
import type { Digest, StateReason } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { freshArticles } from '#src/digests/fresh-articles';
import { insertDigest, updateDraft } from '#src/digests/queries';
import { Refusal } from '#src/errors';
import { wallTimeOf } from '#src/zone-time';

export type Opening = 'sent' | 'already' | 'not-due' | StateReason;

const holdSeconds = 60;

/**
 * A schedule's hour: makes the digest of the day from what is new and sends it, once, however many schedulers ask. Nothing new: a skipped
 * digest says so. Checks that block: it stays a draft that says which. One that was left half made is finished.
 */
export async function openOccasion(ctx: Context, wanted: { newsletterId: string; cadence: Cadence }): Promise<Opening> {
  const plan = await dueNow(ctx, wanted);
  if (plan === null) return 'not-due';
  const made = await ctx.db.transaction().execute((tx) => draft(tx, plan));
  const digest = made ?? (await halfMade(ctx, plan.occasion));
  if (digest === null) return 'already';
  const opened = await findDigest(ctx.db, digest);
  return opened.state === 'skipped' ? 'nothing-new' : send(ctx, opened);
}

interface Plan {
  newsletterId: string;
  cadence: Cadence;
  occasion: string;
  maxArticles: number;
  now: Date;
}

/** Null for a schedule that is off, or whose hour has not come today: a bell that was late rings for a day that is over. */
async function dueNow(ctx: Context, { newsletterId, cadence }: { newsletterId: string; cadence: Cadence }): Promise<Plan | null> {
  const schedule = await ctx.db
    .selectFrom('schedule')
    .innerJoin('newsletter', 'newsletter.id', 'schedule.newsletter_id')
    .select(['slug', 'zone', 'local_time', 'weekdays', 'max_articles'])
    .where('newsletter_id', '=', newsletterId)
    .where('cadence', '=', cadence)
    .where('is_enabled', '=', true)
    .executeTakeFirst();
  if (!schedule) return null;
  const now = ctx.now();
  const aMomentLater = new Date(now.getTime() + 5_000); // two clocks may differ by so much
  const [day = '', time = ''] = wallTimeOf(aMomentLater, schedule.zone).split('T');
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  if (!schedule.weekdays.includes(weekday) || time.slice(0, 5) < schedule.local_time) return null;
  return { newsletterId, cadence, occasion: `${schedule.slug}/${cadence}/${day}`, maxArticles: schedule.max_articles, now };
}

/** The unique occasion decides who makes it: null for everybody else. */
async function draft(tx: Tx, { newsletterId, cadence, occasion, maxArticles, now }: Plan): Promise<string | null> {
  const articles = await freshArticles(tx, { newsletterId, now, limit: maxArticles });
  const isEmpty = articles.length === 0;
  const state = isEmpty ? 'skipped' : 'draft';
  const digestId = await insertDigest(tx, {
    newsletter_id: newsletterId,
    cadence,
    occasion,
    state,
    state_reason: isEmpty ? 'nothing-new' : 'opening',
    finished_at: isEmpty ? now : null,
  });
  if (digestId !== null) await seatArticles(tx, digestId, articles.map(chosenAsIs), '/articles');
  return digestId;
}

function chosenAsIs(articleId: string) {
  return { articleId, headline: null, description: null, whyItMatters: null };
}

/** A process that died between drafting and sending left it: an editor's draft has another reason, or none. */
async function halfMade(ctx: Context, occasion: string): Promise<string | null> {
  const row = await ctx.db
    .selectFrom('digest')
    .select('id')
    .where('occasion', '=', occasion)
    .where('state', '=', 'draft')
    .where('state_reason', '=', 'opening')
    .executeTakeFirst();
  return row?.id ?? null;
}

async function send(ctx: Context, digest: Digest): Promise<Opening> {
  try {
    await approveDigest(ctx, digest, { sendAt: ctx.now(), zone: digest.newsletter.zone, holdSeconds, mayLackReaders: true });
  } catch (error) {
    if (error instanceof ChecksBlocked) return keepAsDraft(ctx, digest, error);
    if (error instanceof Refusal) return 'already'; // another scheduler was quicker
    throw error;
  }
  await ctx.bells.ring('freezeDigest', { digestId: digest.id });
  return 'sent';
}

async function keepAsDraft(ctx: Context, digest: Digest, { blocking }: ChecksBlocked): Promise<Opening> {
  const reason = `checks-blocked: ${[...new Set(blocking.map(({ id }) => id))].join(', ')}`;
  await updateDraft(ctx.db, digest.id, digest.version, { state_reason: reason });
  ctx.log.warn({ digestId: digest.id, reason }, 'a scheduled digest needs an editor');
  return 'checks-blocked';
}
