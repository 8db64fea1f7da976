import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import type { Cadence } from '#src/db/tables';
import { deliverLater } from '#src/outbox/deliver-later';
import { truncateIps } from '#src/subscribers/erasure-queries';
import { findReader } from '#src/subscribers/find-reader';
import { lockReader, markLeft, updateLanguage, updatePause, upsertActive } from '#src/subscribers/queries';
import { insertRequests } from '#src/subscribers/request-queries';
import type { Reader } from '#src/subscribers/reader';
import { recordConsent } from '#src/subscribers/record-consent';
import type { SubscriberEmail } from '#src/subscribers/subscriber';

export interface Preferences {
  /** What the reader saw; somebody else may have changed it since. */
  version: string;
  /** Cadences by newsletter id; none: not subscribed. */
  choices: ReadonlyMap<string, readonly Cadence[]>;
  pausedUntil: Date | null;
  language: string;
  /** Takes over once it is confirmed from there. */
  newAddress: SubscriberEmail | null;
  ip: string | null;
}

/** All of it or nothing of it. `stale`: changed elsewhere since it was shown. */
export async function changePreferences(
  ctx: Context,
  subscriptionId: string,
  preferences: Preferences,
): Promise<'changed' | 'stale' | 'unknown'> {
  const outcome = await ctx.db.transaction().execute(async (tx) => {
    const locked = await lockReader(tx, subscriptionId);
    const reader = locked && locked.subscriberState !== 'suppressed' ? await findReader(tx, subscriptionId) : null;
    if (!reader) return 'unknown';
    if (reader.version !== preferences.version) return 'stale';
    await applyChoices(ctx, tx, reader, preferences);
    await truncateIps(tx, reader.subscriberId);
    await updatePause(tx, reader.subscriberId, preferences.pausedUntil);
    await updateLanguage(tx, reader.subscriberId, preferences.language);
    if (preferences.newAddress) await askNewAddress(ctx, tx, reader, preferences.newAddress, preferences);
    return 'changed';
  });
  if (outcome === 'changed' && preferences.newAddress) await deliverLater(ctx, 'transactional');
  return outcome;
}

async function applyChoices(ctx: Context, tx: Tx, reader: Reader, { choices, language, ip }: Preferences): Promise<void> {
  const now = ctx.now();
  const current = await activeSubscriptions(tx, reader.subscriberId);
  for (const [newsletterId, cadences] of choices) {
    const own = current.find((subscription) => subscription.newsletterId === newsletterId);
    if (cadences.length === 0 && !own) continue;
    if (own && cadences.join() === own.cadences.join()) continue;
    if (cadences.length > 0)
      await upsertActive(tx, {
        subscriberId: reader.subscriberId,
        newsletterId,
        cadences: [...cadences],
        language,
        source: 'preferences',
        now,
      });
    else if (own) await markLeft(tx, own, now);
    const kind = cadences.length === 0 ? 'left' : own ? 'changed' : 'returned';
    await recordConsent(tx, {
      subscriberId: reader.subscriberId,
      newsletterId,
      kind,
      at: now,
      payload: { by: 'preferences', cadences },
      ip,
    });
  }
}

async function askNewAddress(ctx: Context, tx: Tx, reader: Reader, address: SubscriberEmail, { language, ip }: Preferences): Promise<void> {
  await insertRequests(tx, [
    {
      kind: 'change-address',
      address,
      newsletter: reader.newsletter.slug,
      cadences: [],
      language,
      source: null,
      wording: 'none',
      page: '/preferences',
      ip,
      hasCookie: true,
      askedAt: ctx.now(),
      subscriptionId: reader.subscriptionId,
    },
  ]);
}

async function activeSubscriptions(tx: Tx, subscriberId: string): Promise<ActiveSubscription[]> {
  const { rows } = await sql<ActiveSubscription>`
    SELECT id AS "subscriptionId", subscriber_id AS "subscriberId", newsletter_id AS "newsletterId", cadences
    FROM subscription WHERE subscriber_id = ${subscriberId} AND state = 'active'`.execute(tx);
  return rows;
}

interface ActiveSubscription {
  subscriptionId: string;
  subscriberId: string;
  newsletterId: string;
  cadences: Cadence[];
}
