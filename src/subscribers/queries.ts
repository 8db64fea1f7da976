import { sql } from 'kysely';
import type { Db, Tx } from '#src/db/client';
import type { Cadence } from '#src/db/tables';
import type { AskedMessage } from '#src/subscribers/request-queries';

/** Every statement that writes subscribers and their subscriptions. */

export interface Target {
  subscriberId: string;
  subscriptionId: string;
  newsletterId: string;
  language: string;
}

type Subscribed = Pick<Target, 'subscriberId' | 'subscriptionId'>;

/** The subscriber and the subscription that a request is about, made if absent. One that is active stays as it is. */
export async function upsertPending(tx: Tx, asked: AskedMessage): Promise<Target & { isActive: boolean }> {
  const subscriber = await tx
    .insertInto('subscriber')
    .values({ address: asked.address, language: asked.language })
    .onConflict((conflict) => conflict.column('address').doUpdateSet({ updated_at: sql`now()` }))
    .returning('id')
    .executeTakeFirstOrThrow();
  const { rows } = await sql<{ id: string; state: string; language: string }>`
    INSERT INTO subscription (subscriber_id, newsletter_id, cadences, language, source, asked_at)
    VALUES (${subscriber.id}, ${asked.newsletterId}, ${asked.cadences}, ${asked.language}, ${asked.source}, ${asked.askedAt})
    ON CONFLICT (subscriber_id, newsletter_id) DO UPDATE SET
      state = CASE WHEN subscription.state = 'active' THEN 'active' ELSE 'pending' END,
      cadences = CASE WHEN subscription.state = 'active' THEN subscription.cadences ELSE excluded.cadences END,
      language = CASE WHEN subscription.state = 'active' THEN subscription.language ELSE excluded.language END,
      source = CASE WHEN subscription.state = 'active' THEN subscription.source ELSE excluded.source END,
      asked_at = CASE WHEN subscription.state = 'active' THEN subscription.asked_at ELSE excluded.asked_at END
    RETURNING id, state, language`.execute(tx);
  const [subscription] = rows;
  if (!subscription) throw new Error('the subscription was not written');
  return {
    subscriberId: subscriber.id,
    subscriptionId: subscription.id,
    newsletterId: asked.newsletterId,
    language: subscription.language,
    isActive: subscription.state === 'active',
  };
}

/** Any subscription of the address, the liveliest first: links name a subscription. */
export async function findByAddress(tx: Tx, address: string): Promise<Target | null> {
  const { rows } = await sql<Target>`
    SELECT subscriber.id AS "subscriberId", subscription.id AS "subscriptionId", subscription.newsletter_id AS "newsletterId",
      subscription.language
    FROM subscriber JOIN subscription ON subscription.subscriber_id = subscriber.id
    WHERE subscriber.address = ${address}
    ORDER BY subscription.state, subscription.id LIMIT 1`.execute(tx);
  return rows[0] ?? null;
}

/** Locks the person first, then the subscription, everywhere in this order. */
export async function lockReader(tx: Tx, subscriptionId: string): Promise<LockedReader | null> {
  const { rows: people } = await sql<{ id: string }>`
    SELECT subscriber.id FROM subscriber WHERE id = (SELECT subscriber_id FROM subscription WHERE id = ${subscriptionId}) FOR UPDATE`.execute(
    tx,
  );
  if (people.length === 0) return null;
  const { rows } = await sql<LockedReader>`
    SELECT subscription.id AS "subscriptionId", subscription.subscriber_id AS "subscriberId", subscription.newsletter_id AS "newsletterId",
      subscriber.address, subscriber.state AS "subscriberState", subscription.state, subscription.language, subscription.confirmed_at AS "confirmedAt",
      subscription.left_at AS "leftAt"
    FROM subscription JOIN subscriber ON subscriber.id = subscription.subscriber_id
    WHERE subscription.id = ${subscriptionId} FOR UPDATE OF subscription`.execute(tx);
  return rows[0] ?? null;
}

export interface LockedReader extends Target {
  address: string | null;
  subscriberState: 'pending' | 'active' | 'left' | 'suppressed' | 'erased';
  state: 'pending' | 'active' | 'left';
  confirmedAt: Date | null;
  leftAt: Date | null;
}

/** From the next committed moment the reader belongs to audiences. */
export async function activate(tx: Tx, reader: Subscribed, now: Date): Promise<void> {
  await sql`
    UPDATE subscription SET state = 'active', confirmed_at = coalesce(confirmed_at, ${now}), left_at = NULL, left_reason = NULL, paused_until = NULL,
      version = version + 1
    WHERE id = ${reader.subscriptionId}`.execute(tx);
  await settleSubscriber(tx, reader.subscriberId);
}

export async function markLeft(tx: Tx, reader: Subscribed, now: Date): Promise<void> {
  await sql`UPDATE subscription SET state = 'left', left_at = ${now}, version = version + 1 WHERE id = ${reader.subscriptionId}`.execute(
    tx,
  );
  await settleSubscriber(tx, reader.subscriberId);
}

export async function markPending(tx: Tx, reader: Subscribed): Promise<void> {
  await sql`UPDATE subscription SET state = 'pending', left_at = NULL, left_reason = NULL, version = version + 1 WHERE id = ${reader.subscriptionId}`.execute(
    tx,
  );
  await settleSubscriber(tx, reader.subscriberId);
}

/** A person is as lively as the liveliest of their subscriptions; suppressed and erased stay so. */
async function settleSubscriber(tx: Tx, subscriberId: string): Promise<void> {
  await sql`
    UPDATE subscriber SET version = version + 1, updated_at = now(), state = CASE
        WHEN state IN ('suppressed', 'erased') THEN state
        WHEN EXISTS (SELECT 1 FROM subscription WHERE subscriber_id = subscriber.id AND state = 'active') THEN 'active'
        WHEN EXISTS (SELECT 1 FROM subscription WHERE subscriber_id = subscriber.id AND state = 'pending') THEN 'pending'
        ELSE 'left' END
    WHERE id = ${subscriberId}`.execute(tx);
}

/** False: somebody else has just done so. */
export async function markReminded(tx: Tx, subscriptionId: string, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE subscription SET reminded_at = ${now} WHERE id = ${subscriptionId} AND (reminded_at IS NULL OR reminded_at < asked_at)`.execute(
    tx,
  );
  return numAffectedRows === 1n;
}

export async function updateReason(db: Db, subscriptionId: string, reason: string): Promise<void> {
  await sql`UPDATE subscription SET left_reason = ${reason} WHERE id = ${subscriptionId} AND state = 'left'`.execute(db);
}

export async function updatePause(tx: Tx, subscriberId: string, pausedUntil: Date | null): Promise<void> {
  await sql`UPDATE subscription SET paused_until = ${pausedUntil}, version = version + 1 WHERE subscriber_id = ${subscriberId}`.execute(tx);
}

export async function updateLanguage(tx: Tx, subscriberId: string, language: string): Promise<void> {
  await sql`UPDATE subscription SET language = ${language}, version = version + 1 WHERE subscriber_id = ${subscriberId}`.execute(tx);
  await sql`UPDATE subscriber SET language = ${language}, version = version + 1, updated_at = now() WHERE id = ${subscriberId}`.execute(tx);
}

/** Joins a newsletter or changes its cadences, for somebody whose address is proven. */
export async function upsertActive(
  tx: Tx,
  join: { subscriberId: string; newsletterId: string; cadences: Cadence[]; language: string; source: string | null; now: Date },
): Promise<void> {
  await sql`
    INSERT INTO subscription (subscriber_id, newsletter_id, state, cadences, language, source, asked_at, confirmed_at)
    VALUES (${join.subscriberId}, ${join.newsletterId}, 'active', ${join.cadences}, ${join.language}, ${join.source}, ${join.now}, ${join.now})
    ON CONFLICT (subscriber_id, newsletter_id) DO UPDATE SET state = 'active', cadences = excluded.cadences, left_at = NULL, left_reason = NULL,
      confirmed_at = coalesce(subscription.confirmed_at, excluded.confirmed_at), version = subscription.version + 1`.execute(tx);
  await settleSubscriber(tx, join.subscriberId);
}

export async function updateAddress(tx: Tx, subscriberId: string, address: string): Promise<void> {
  await sql`UPDATE subscriber SET address = ${address}, version = version + 1, updated_at = now() WHERE id = ${subscriberId}`.execute(tx);
}
