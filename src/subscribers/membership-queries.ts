import { sql } from 'kysely';
import type { Db, Tx } from '#src/db/client';
import type { Cadence, SubscriberState, SubscriptionState } from '#src/db/tables';

/** The statements that make many people members at once, and change one's membership. */

/** While it is held nobody becomes suppressed or erased. Whoever holds something that we need goes first: we give up soon, and try again. */
export async function holdSuppressions(tx: Tx): Promise<void> {
  await sql`SET LOCAL lock_timeout = '400ms'`.execute(tx);
  await sql`LOCK TABLE suppression IN SHARE MODE`.execute(tx);
}

export async function lockSubscribers(tx: Tx, addresses: readonly string[]): Promise<void> {
  await sql`SELECT id FROM subscriber WHERE address = ANY(${addresses}::text[]) ORDER BY address FOR UPDATE`.execute(tx);
}

export async function lockSubscriber(tx: Tx, id: string): Promise<void> {
  await sql`SELECT id FROM subscriber WHERE id = ${id} FOR UPDATE`.execute(tx);
}

/** How an address stands to a newsletter; in the order of `people`. */
export interface Standing {
  isSuppressed: boolean;
  personState: SubscriberState | null;
  state: SubscriptionState | null;
  leftAt: Date | null;
}

export async function readStandings(
  db: Db,
  newsletterId: string,
  people: readonly { address: string; hash: Buffer }[],
): Promise<Standing[]> {
  const { rows } = await sql<Standing>`
    SELECT suppression.id IS NOT NULL AS "isSuppressed", subscriber.state AS "personState", subscription.state, left_at AS "leftAt"
    FROM unnest(${people.map(({ address }) => address)}::text[], ${people.map(({ hash }) => hash)}::bytea[]) WITH ORDINALITY AS given (address, hash, n)
    LEFT JOIN subscriber ON subscriber.address = given.address
    LEFT JOIN subscription ON subscription.subscriber_id = subscriber.id AND newsletter_id = ${newsletterId}
    LEFT JOIN suppression ON suppression.address_hash = given.hash
    ORDER BY n`.execute(db);
  return rows;
}

export interface NewMember {
  address: string;
  language: string;
  zone: string | null;
}

export interface Person {
  id: string;
  address: string;
  isNew: boolean;
}

/** Active people, made if absent; by address. */
export async function upsertPeople(tx: Tx, people: readonly NewMember[]): Promise<Map<string, Person>> {
  const { rows } = await sql<Person>`
    INSERT INTO subscriber (address, state, language, zone)
    SELECT address, 'active', language, zone
    FROM unnest(${people.map(({ address }) => address)}::text[], ${people.map(({ language }) => language)}::text[], ${people.map(({ zone }) => zone)}::text[])
      AS given (address, language, zone)
    ORDER BY address
    ON CONFLICT (address) DO UPDATE SET zone = coalesce(excluded.zone, subscriber.zone), version = subscriber.version + 1, updated_at = now(),
      state = CASE WHEN subscriber.state IN ('pending', 'left') THEN 'active' ELSE subscriber.state END
    RETURNING id, address, xmax = 0 AS "isNew"`.execute(tx);
  return new Map(rows.map((person) => [person.address, person]));
}

export interface NewSubscription {
  subscriberId: string;
  cadences: readonly Cadence[];
  language: string;
  source: string;
  at: Date;
}

/** Active from the next committed moment. What was pending becomes so, and who left returns. */
export async function upsertSubscriptions(tx: Tx, newsletterId: string, given: readonly NewSubscription[]): Promise<void> {
  await sql`
    INSERT INTO subscription (subscriber_id, newsletter_id, state, cadences, language, source, asked_at, confirmed_at)
    SELECT subscriber_id, ${newsletterId}::bigint, 'active', string_to_array(cadences, ','), language, source, at, at
    FROM unnest(${given.map(({ subscriberId }) => subscriberId)}::bigint[], ${given.map(({ cadences }) => cadences.join())}::text[],
      ${given.map(({ language }) => language)}::text[], ${given.map(({ source }) => source)}::text[],
      ${given.map(({ at }) => at.toISOString())}::timestamptz[]) AS given (subscriber_id, cadences, language, source, at)
    ON CONFLICT (subscriber_id, newsletter_id) DO UPDATE SET state = 'active', cadences = excluded.cadences, language = excluded.language,
      source = coalesce(subscription.source, excluded.source), confirmed_at = coalesce(subscription.confirmed_at, excluded.confirmed_at),
      left_at = NULL, left_reason = NULL, paused_until = NULL, version = subscription.version + 1`.execute(tx);
}

export async function updateCadences(tx: Tx, subscriptionId: string, cadences: readonly Cadence[]): Promise<void> {
  await sql`UPDATE subscription SET cadences = ${[...cadences]}, version = version + 1 WHERE id = ${subscriptionId}`.execute(tx);
}

export async function deleteSuppressionRow(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('suppression').where('id', '=', id).execute();
}

/** Of somebody whose suppression was lifted: again as lively as the liveliest of their subscriptions. */
export async function reviveSubscriber(tx: Tx, subscriberId: string): Promise<void> {
  await sql`
    UPDATE subscriber SET version = version + 1, updated_at = now(), state = coalesce((
        SELECT state FROM subscription WHERE subscriber_id = subscriber.id ORDER BY array_position(ARRAY['active', 'pending', 'left'], state) LIMIT 1
      ), 'left')
    WHERE id = ${subscriberId} AND state = 'suppressed'`.execute(tx);
}
