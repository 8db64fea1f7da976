import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { Outcome } from '#src/outbox/delivery';
import type { LeasedMessage } from '#src/outbox/message';

/** Takes the one-off message that has waited longest; durable before it is sent. Null when none may leave now. */
export async function leaseMessage(db: Db, owner: string, leaseSeconds: number): Promise<LeasedMessage | null> {
  const { rows } = await sql<LeasedMessage>`
    WITH next AS (
      SELECT id FROM message
      WHERE state IN ('waiting', 'deferred') AND owner IS NULL AND not_before <= clock_timestamp()
      ORDER BY not_before, id FOR UPDATE SKIP LOCKED LIMIT 1
    ), leased AS (
      UPDATE message SET state = 'sending', owner = ${owner}, fence = fence + 1, pass = pass + 1, serial = nextval('lease_serial'),
        lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}), updated_at = clock_timestamp()
      FROM next WHERE message.id = next.id
      RETURNING message.*
    )
    ${columnsOf('leased')}`.execute(db);
  return rows[0] ?? null;
}

/** One-off messages that somebody holds, or held when it died. */
export async function leasedMessages(db: Db): Promise<(LeasedMessage & { isOver: boolean; isLongOver: boolean })[]> {
  const { rows } = await sql<LeasedMessage & { isOver: boolean; isLongOver: boolean }>`
    WITH leased AS (SELECT * FROM message WHERE owner IS NOT NULL)
    ${columnsOf('leased', sql`, leased.lease_until < clock_timestamp() AS "isOver", leased.lease_until + interval '3 minutes' < clock_timestamp() AS "isLongOver"`)}
  `.execute(db);
  return rows;
}

/** What became of it. An address that stood only in the row is emptied with the last word. False: somebody else recovered it. */
export async function recordMessage(
  db: Db,
  message: Pick<LeasedMessage, 'id' | 'owner' | 'fence'>,
  outcome: Omit<Outcome, 'subscriberId' | 'at'>,
  sent: { relay: string | null; messageId: string | null; pauseMs: number },
): Promise<boolean> {
  const isFinal = outcome.state !== 'deferred' && outcome.state !== 'waiting';
  const { numAffectedRows } = await sql`
    UPDATE message SET state = ${outcome.state}, reason = ${outcome.reason}, reply = ${outcome.reply}, relay = ${sent.relay},
      message_id = coalesce(${sent.messageId}, message_id), owner = NULL, lease_until = NULL, fence = fence + 1,
      not_before = clock_timestamp() + ${outcome.retryAfterMs ?? sent.pauseMs} * interval '1 millisecond',
      address = CASE WHEN ${isFinal} THEN NULL ELSE address END, updated_at = clock_timestamp()
    WHERE id = ${message.id} AND owner = ${message.owner} AND fence = ${message.fence}`.execute(db);
  return numAffectedRows === 1n;
}

/** Prolongs the leases of those one-off messages that `owner` is still busy with, and returns their serials; what it lost by an error runs out. */
export async function renewMessages(db: Db, owner: string, serials: readonly string[], leaseSeconds: number): Promise<string[]> {
  const { rows } = await sql<{ serial: string }>`
    UPDATE message SET lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
    WHERE owner = ${owner} AND serial = ANY(${serials}::bigint[]) RETURNING serial`.execute(db);
  return rows.map(({ serial }) => serial);
}

/** Whether the subscription that a message goes to has ended meanwhile. */
export async function hasEnded(db: Db, subscriptionId: string | null): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM subscription JOIN subscriber ON subscriber.id = subscription.subscriber_id
    WHERE subscription.id = ${subscriptionId} AND subscription.state = 'active' AND subscriber.state = 'active'`.execute(db);
  return rows.length === 0;
}

function columnsOf(table: string, more: RawBuilder<unknown> = sql``): RawBuilder<LeasedMessage> {
  const message = sql.table(table);
  return sql`
    SELECT ${message}.id, ${message}.kind, ${message}.language, ${message}.pass, ${message}.fence, ${message}.serial, ${message}.owner,
      ${message}.send_by < clock_timestamp() AS "isLate", ${message}.created_at AS "createdAt",
      ${message}.signup_request_id AS "signupRequestId", ${message}.subscriber_id AS "subscriberId",
      ${message}.subscription_id AS "subscriptionId", coalesce(${message}.newsletter_id, subscription.newsletter_id) AS "newsletterId",
      ${message}.digest_id AS "digestId", ${message}.editor_id AS "editorId",
      coalesce(${message}.address, editor.address, subscriber.address) AS address,
      coalesce(subscriber.state = 'suppressed', false) AS "isSuppressed", subscription.cadences,
      coalesce(subscription.confirmed_at, subscription.asked_at) AS "joinedAt"${more}
    FROM ${message}
    LEFT JOIN subscriber ON subscriber.id = ${message}.subscriber_id
    LEFT JOIN subscription ON subscription.id = ${message}.subscription_id
    LEFT JOIN editor ON editor.id = ${message}.editor_id`;
}
