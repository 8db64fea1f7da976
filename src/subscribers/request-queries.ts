import { sql } from 'kysely';
import { type Db, prepared, type Tx } from '#src/db/client';
import type { Cadence } from '#src/db/tables';
import type { SignUp } from '#src/subscribers/subscribe';

/** Every statement that writes requests. Their messages are written here too, since a request and its message are one statement. */

export type RequestKind = 'confirmation' | 'data-request' | 'change-address';

export type NewRequest = Omit<SignUp, 'address'> & { kind: RequestKind; address: string; askedAt: Date; subscriptionId: string | null };

/**
 * One statement for all of them, whatever their addresses: requests and their messages together. Each one's id, in their order; null when the newsletter
 * does not exist or, for a sign-up, is closed.
 */
export async function insertRequests(db: Db, requests: readonly NewRequest[]): Promise<(string | null)[]> {
  const { rows } = await sql<{ place: number; id: string }>`${prepared}
    WITH asked AS MATERIALIZED (
      SELECT nextval('signup_request_id_seq') AS id, newsletter.id AS newsletter_id, request.*
      FROM json_to_recordset(${asRows(requests)}::json) AS request(place integer, kind text, address text, newsletter text, cadences text[], language text,
        source text, wording text, page text, ip inet, "hasCookie" boolean, "askedAt" timestamptz, "subscriptionId" bigint)
      JOIN newsletter ON newsletter.slug = request.newsletter AND (newsletter.is_open OR request.kind <> 'confirmation')
    ), written AS (
      INSERT INTO signup_request (id, address, newsletter_id, cadences, language, source, wording, page, ip, has_cookie, asked_at)
      OVERRIDING SYSTEM VALUE
      SELECT id, address, newsletter_id, cadences, language, source, wording, page, ip, "hasCookie", "askedAt" FROM asked
    ), told AS (
      INSERT INTO message (kind, state, signup_request_id, subscription_id, newsletter_id, language)
      SELECT kind, 'asked', id, "subscriptionId", newsletter_id, language FROM asked
    )
    SELECT place, id FROM asked`.execute(db);
  const ids = requests.map((): string | null => null);
  for (const { place, id } of rows) ids[place] = id;
  return ids;
}

function asRows(requests: readonly NewRequest[]): string {
  const rows = requests.map((request, place) => ({ place, ...request }));
  return JSON.stringify(rows, keepable);
}

/** Half a surrogate pair and NUL, which JSON can say and Postgres cannot keep, become U+FFFD: one of them would fail the statement of all. */
function keepable(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value;
}

/** A message that nobody has decided on, with what was asked. */
export interface AskedMessage {
  messageId: string;
  kind: RequestKind;
  requestId: string;
  address: string;
  newsletterId: string;
  subscriptionId: string | null;
  subscriberId: string | null;
  cadences: Cadence[];
  language: string;
  source: string | null;
  wording: string;
  page: string;
  ip: string | null;
  hasCookie: boolean;
  askedAt: Date;
}

export async function takeAsked(tx: Tx): Promise<AskedMessage | null> {
  const { rows } = await sql<AskedMessage>`
    SELECT message.id AS "messageId", message.kind, request.id AS "requestId", request.address, request.newsletter_id AS "newsletterId",
      message.subscription_id AS "subscriptionId", subscription.subscriber_id AS "subscriberId", request.cadences, request.language, request.source,
      request.wording, request.page, host(request.ip) AS ip, request.has_cookie AS "hasCookie", request.asked_at AS "askedAt"
    FROM message
    JOIN signup_request AS request ON request.id = message.signup_request_id
    LEFT JOIN subscription ON subscription.id = message.subscription_id
    WHERE message.state = 'asked' AND message.owner IS NULL AND message.not_before <= clock_timestamp()
    ORDER BY message.not_before, message.id
    FOR UPDATE OF message SKIP LOCKED
    LIMIT 1`.execute(tx);
  return rows[0] ?? null;
}

export async function postponeAsked(db: Db, messageId: string): Promise<void> {
  await sql`UPDATE message SET not_before = clock_timestamp() + interval '1 minute' WHERE id = ${messageId} AND state = 'asked'`.execute(
    db,
  );
}

export async function dropAsked(tx: Tx, { messageId, requestId }: AskedMessage, reason: string): Promise<void> {
  await sql`UPDATE message SET state = 'skipped', reason = ${reason}, updated_at = clock_timestamp() WHERE id = ${messageId}`.execute(tx);
  await markAnswered(tx, requestId);
}

/**
 * An address has had its fill: this request and the others that wait for the same address and would fare the same go at once, so that a flood for one
 * address holds nobody up. Those of a browser that may ask sooner are looked at one by one.
 */
export async function dropAlike(tx: Tx, asked: AskedMessage): Promise<void> {
  await dropAsked(tx, asked, 'policy');
  await sql`
    WITH alike AS (
      SELECT message.id, request.id AS request_id
      FROM signup_request AS request JOIN message ON message.signup_request_id = request.id
      WHERE request.address = ${asked.address} AND NOT request.has_cookie AND message.kind = ${asked.kind} AND message.state = 'asked'
      ORDER BY message.id FOR UPDATE OF message SKIP LOCKED LIMIT 5000
    ), dropped AS (
      UPDATE message SET state = 'skipped', reason = 'policy', updated_at = clock_timestamp() FROM alike WHERE message.id = alike.id
    )
    UPDATE signup_request SET answered_at = clock_timestamp() FROM alike WHERE signup_request.id = alike.request_id`.execute(tx);
}

interface Release {
  kind: string;
  subscriberId: string;
  subscriptionId: string;
  newsletterId: string;
  language: string;
  address?: string;
}

export async function releaseAsked(tx: Tx, { messageId, requestId }: AskedMessage, release: Release): Promise<void> {
  await sql`
    UPDATE message SET state = 'waiting', kind = ${release.kind}, subscriber_id = ${release.subscriberId}, subscription_id = ${release.subscriptionId},
      newsletter_id = ${release.newsletterId}, language = ${release.language}, address = ${release.address ?? null}, not_before = clock_timestamp(),
      send_by = greatest(send_by, clock_timestamp() + interval '6 hours'), updated_at = clock_timestamp()
    WHERE id = ${messageId}`.execute(tx);
  await markAnswered(tx, requestId);
}

async function markAnswered(tx: Tx, requestId: string): Promise<void> {
  await sql`UPDATE signup_request SET answered_at = clock_timestamp() WHERE id = ${requestId}`.execute(tx);
}

/** Two workers that answer for one address answer one after the other. Held until the transaction ends. */
export async function lockAddress(tx: Tx, hash: Buffer): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${hash.readBigInt64BE(0)})`.execute(tx);
}

export async function recentConfirmations(tx: Tx, hash: Buffer, now: Date): Promise<{ at: Date; wasAnonymous: boolean }[]> {
  const { rows } = await sql<{ at: Date; wasAnonymous: boolean }>`
    SELECT sent_at AS at, was_anonymous AS "wasAnonymous" FROM confirmation_sent
    WHERE address_hash = ${hash} AND sent_at > ${now}::timestamptz - interval '30 days'`.execute(tx);
  return rows;
}

export async function countConfirmation(tx: Tx, hash: Buffer, sent: { at: Date; wasAnonymous: boolean }): Promise<void> {
  await tx.insertInto('confirmation_sent').values({ address_hash: hash, sent_at: sent.at, was_anonymous: sent.wasAnonymous }).execute();
}

/** Messages that never became any: nobody was written to, so there is nothing to account for. */
export async function deleteDropped(tx: Tx, before: Date): Promise<void> {
  await sql`DELETE FROM message WHERE state = 'skipped' AND subscriber_id IS NULL AND signup_request_id IS NOT NULL AND created_at < ${before}`.execute(
    tx,
  );
}
