import { sql } from 'kysely';
import type { Tx } from '#src/db/client';

/** Every statement that makes something about a person shorter or gone. */

/** After the confirmation only the network of the address is kept: /24 and /56. The chain keeps the hash of the whole. */
export async function truncateIps(tx: Tx, subscriberId: string): Promise<void> {
  await sql`
    UPDATE consent_payload SET ip_salt = NULL, ip = network(set_masklen(ip, CASE family(ip) WHEN 4 THEN 24 ELSE 56 END))
    FROM consent WHERE consent.id = consent_payload.consent_id AND consent.subscriber_id = ${subscriberId} AND ip_salt IS NOT NULL`.execute(
    tx,
  );
}

/** What erasure leaves of a person: a row without address, and a chain of hashes. */
export async function forgetPerson(tx: Tx, subscriberId: string, address: string): Promise<void> {
  await sql`UPDATE message SET address = NULL, state = CASE WHEN state IN ('asked', 'waiting', 'deferred') THEN 'skipped' ELSE state END,
      reason = CASE WHEN state IN ('asked', 'waiting', 'deferred') THEN 'erased' ELSE reason END
    WHERE subscriber_id = ${subscriberId}
      OR signup_request_id IN (SELECT id FROM signup_request WHERE signup_request.address = ${address})`.execute(tx);
  await sql`DELETE FROM signup_request WHERE address = ${address}`.execute(tx);
  await sql`DELETE FROM subscription WHERE subscriber_id = ${subscriberId}`.execute(tx);
  await emptyConsents(tx, subscriberId);
  await sql`
    UPDATE subscriber SET address = NULL, state = 'erased', language = 'en', zone = NULL, version = version + 1, updated_at = now()
    WHERE id = ${subscriberId}`.execute(tx);
}

async function emptyConsents(tx: Tx, subscriberId: string): Promise<void> {
  await sql`
    UPDATE consent_payload SET salt = NULL, payload = NULL, ip = NULL, ip_salt = NULL
    FROM consent WHERE consent.id = consent_payload.consent_id AND consent.subscriber_id = ${subscriberId}`.execute(tx);
}

/** Sign-ups that nobody confirmed in time, with the people who have nothing else; a return that was not confirmed is a leaving again. */
export async function deleteUnconfirmed(tx: Tx, before: Date): Promise<void> {
  await sql`UPDATE subscription SET state = 'left' WHERE state = 'pending' AND confirmed_at IS NOT NULL AND asked_at < ${before}`.execute(
    tx,
  );
  const { rows } = await sql<{ subscriberId: string }>`
    DELETE FROM subscription WHERE state <> 'active' AND confirmed_at IS NULL AND asked_at < ${before}
    RETURNING subscriber_id AS "subscriberId"`.execute(tx);
  for (const { subscriberId } of rows) await deleteIfAlone(tx, subscriberId);
}

async function deleteIfAlone(tx: Tx, subscriberId: string): Promise<void> {
  const { rows } = await sql`
    DELETE FROM subscriber WHERE id = ${subscriberId} AND NOT EXISTS (SELECT 1 FROM subscription WHERE subscriber_id = subscriber.id)
    RETURNING id`.execute(tx);
  if (rows.length > 0) await emptyConsents(tx, subscriberId);
}

/** Requests outlive the change-of-address link that reads them, and no more than the unconfirmed; counts as long as they limit. */
export async function deleteOldRequests(tx: Tx, times: { requestsBefore: Date; countsBefore: Date; ipsBefore: Date }): Promise<void> {
  await sql`DELETE FROM signup_request WHERE asked_at < ${times.requestsBefore}`.execute(tx);
  await sql`DELETE FROM confirmation_sent WHERE sent_at < ${times.countsBefore}`.execute(tx);
  await sql`
    UPDATE consent_payload SET ip = NULL, ip_salt = NULL
    FROM consent WHERE consent.id = consent_payload.consent_id AND ip IS NOT NULL AND consent.at < ${times.ipsBefore}`.execute(tx);
}

export async function lockPerson(tx: Tx, subscriberId: string): Promise<{ address: string | null; newsletterIds: string[] } | null> {
  const { rows } = await sql<{ address: string | null }>`SELECT address FROM subscriber WHERE id = ${subscriberId} FOR UPDATE`.execute(tx);
  const [person] = rows;
  if (!person) return null;
  const subscriptions = await tx
    .selectFrom('subscription')
    .select('newsletter_id')
    .where('subscriber_id', '=', subscriberId)
    .orderBy('id')
    .execute();
  return { address: person.address, newsletterIds: subscriptions.map(({ newsletter_id }) => newsletter_id) };
}

/** The person who has `address` so far hands their subscriptions over, and is no more. */
export async function mergePerson(tx: Tx, { address, into }: { address: string; into: string }): Promise<void> {
  const { rows } = await sql<{ id: string }>`SELECT id FROM subscriber WHERE address = ${address} AND id <> ${into} FOR UPDATE`.execute(tx);
  const [other] = rows;
  if (!other) return;
  await sql`
    INSERT INTO subscription (subscriber_id, newsletter_id, state, cadences, language, source, asked_at, confirmed_at)
    SELECT ${into}, newsletter_id, state, cadences, language, source, asked_at, confirmed_at
    FROM subscription WHERE subscriber_id = ${other.id} AND state = 'active'
    ON CONFLICT (subscriber_id, newsletter_id) DO NOTHING`.execute(tx);
  await forgetPerson(tx, other.id, '');
}
