import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#src/context';
import { audienceOf } from '#src/digests/audience-of';
import { type ComposedDigest, composeDigestEmail, type UnavailableArticle } from '#src/digests/compose-digest-email';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { renderVariant, type Variant } from '#src/digests/render-variant';
import { countAudience } from '#src/outbox/count-audience';
import { checkEmail, type CheckItem } from '#src/rules/check-email';
import type { Resolve } from '#src/rules/checked-message';
import { at } from '#src/rules/places';
import { saying, type Values } from '#src/rules/saying';

/** One rule kept, or one place where it is not: `block` keeps the digest from being sent, `warn` does not. */
export type Check = Omit<CheckItem, 'part'> & { part: CheckItem['part'] | 'readers' };

export interface Checks {
  canSend: boolean;
  items: Check[];
}

/** What stands in the way of sending the digest as it is now, and what an editor should look at. Asks no link without `resolve`. */
export async function checkDigest(ctx: Context, digestId: string, resolve?: Resolve): Promise<Checks> {
  const digest = await findDigest(ctx.db, digestId);
  const composed = await composeDigestEmail(ctx, digest, digest.sendAt ?? ctx.now());
  return (await checkComposed(ctx, composed, resolve)).checks;
}

export interface Examination {
  checks: Checks;
  /** What was rendered for it, in the newsletter's language. */
  variant: Variant | null;
  recipients: number;
}

export async function checkComposed(ctx: Context, composed: ComposedDigest, resolve?: Resolve): Promise<Examination> {
  const { digest, email } = composed;
  const [recipients, variant] = await Promise.all([
    countAudience(ctx.db, audienceOf(digest, ctx.now())),
    email === null ? null : renderVariant(ctx, email, digest.newsletter.language),
  ]);
  const rules = variant === null ? [] : await ruleChecks(ctx, digest, variant, resolve);
  const sameDay = sameDayCheck(await othersOfTheDay(ctx, composed));
  const items = [articlesCheck(composed), ...availableChecks(composed.unavailable), recipientsCheck(recipients), sameDay, ...rules];
  return { checks: { canSend: items.every(({ level, ok }) => ok || level === 'warn'), items }, variant, recipients };
}

export function blockingChecks({ items }: Checks): Check[] {
  return items.filter(({ level, ok }) => level === 'block' && !ok);
}

async function ruleChecks(ctx: Context, digest: Digest, { rendered, email }: Variant, resolve: Resolve | undefined): Promise<Check[]> {
  const allowedHosts = [...new Set(email.articles.map(({ url }) => new URL(url).hostname))]; // a stored article's own address is trusted
  const links = resolve ? { resolve } : {};
  const { items } = await checkEmail({ rendered, email, allowedHosts, previousSubjects: await previousSubjects(ctx, digest), ...links });
  return items;
}

async function previousSubjects(ctx: Context, digest: Digest): Promise<string[]> {
  const rows = await ctx.db
    .selectFrom('digest')
    .select('subject')
    .where('newsletter_id', '=', digest.newsletter.id)
    .where('id', '<>', digest.id)
    .where('frozen_at', 'is not', null)
    .orderBy('id', 'desc')
    .limit(20)
    .execute();
  return rows.map(({ subject }) => subject);
}

/** Digests of that newsletter and cadence that went, or are to go, on the same day of its calendar. */
async function othersOfTheDay(ctx: Context, { digest, at: sendAt }: ComposedDigest): Promise<number> {
  const { newsletter, cadence, id } = digest;
  const dayOf = (moment: RawBuilder<unknown>) => sql`(${moment} AT TIME ZONE ${newsletter.zone})::date`;
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM digest
    WHERE newsletter_id = ${newsletter.id} AND cadence = ${cadence} AND id <> ${id}
      AND state IN ('scheduled', 'frozen', 'holding', 'sending', 'paused', 'finished')
      AND ${dayOf(sql`send_at`)} = ${dayOf(sql`${sendAt}::timestamptz`)}`.execute(ctx.db);
  return rows[0]?.count ?? 0;
}

function sameDayCheck(others: number): Check {
  const words = others === 0 ? kept('sameDay') : broken('sameDay.others', { count: others + 1 });
  return { id: 'same-day', ...words, level: 'warn', part: 'readers' };
}

function articlesCheck({ chosen }: ComposedDigest): Check {
  return { id: 'articles', ...(chosen.length > 0 ? kept('articles') : broken('articles.none')) };
}

function availableChecks(unavailable: readonly UnavailableArticle[]): Check[] {
  if (unavailable.length === 0) return [{ id: 'available', ...kept('available') }];
  return unavailable.map(({ headline, place, because }) => ({
    id: 'available',
    ...broken(`available.${because}`, { headline }),
    place: at('seat', { index: place, number: place + 1 }),
  }));
}

function recipientsCheck(recipients: number): Check {
  const words = recipients > 0 ? kept('recipients', { count: recipients }) : broken('recipients.none');
  return { id: 'recipients', ...words, part: 'readers' };
}

function kept(name: string, values?: Values): Omit<Check, 'id'> {
  return { level: 'block', ok: true, part: 'articles', place: null, message: saying(`${name}.promise`, values), remedy: null };
}

function broken(fault: string, values?: Values): Omit<Check, 'id'> {
  const [message, remedy] = [saying(`${fault}.message`, values), saying(`${fault}.remedy`, values)];
  return { level: 'block', ok: false, part: 'articles', place: null, message, remedy };
}
