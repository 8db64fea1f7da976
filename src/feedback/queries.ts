import { sql } from 'kysely';
import type { Db, Tx } from '#src/db/client';

/** Every statement of this context. */

/** A rejected delivery that blames the mailbox. `code` is empty when the relay gave none; `address` null when its reader was erased. */
export interface UnreadBounce {
  digestId: string;
  subscriberId: string;
  code: string;
  address: string | null;
  /** Its digest is finished or cancelled: nobody lets it go on any more. */
  isOver: boolean;
}

/** Those that nobody has read yet, of digests under way or over for no more than three days, but for `except`: the index of refusals holds few. */
export async function unreadBounces(db: Db, limit: number, except: readonly string[] = []): Promise<UnreadBounce[]> {
  const { rows } = await sql<UnreadBounce>`
    SELECT outcome.digest_id AS "digestId", outcome.subscriber_id AS "subscriberId", subscriber.address,
      digest.state NOT IN ('sending', 'paused') AS "isOver", coalesce(substring(outcome.reply FROM '\\m5\\.[0-9]{1,3}\\.[0-9]{1,3}\\M'), '') AS code
    FROM digest
    JOIN outcome ON outcome.digest_id = digest.id AND outcome.state = 'rejected' AND outcome.reason IN ('mailbox', 'policy')
    LEFT JOIN subscriber ON subscriber.id = outcome.subscriber_id
    WHERE (digest.state IN ('sending', 'paused') OR digest.finished_at > now() - interval '3 days') AND outcome.reason = 'mailbox'
      AND digest.id <> ALL(${[...except]}::bigint[])
      AND NOT EXISTS (SELECT FROM bounce WHERE bounce.digest_id = outcome.digest_id AND bounce.subscriber_id = outcome.subscriber_id)
    LIMIT ${limit}`.execute(db);
  return rows;
}

/** False when somebody else has read it in the meantime. */
export async function insertBounce(tx: Tx, { digestId, subscriberId, code }: UnreadBounce, suppressed: boolean): Promise<boolean> {
  const inserted = await tx
    .insertInto('bounce')
    .values({ digest_id: digestId, subscriber_id: subscriberId, code, suppressed })
    .onConflict((conflict) => conflict.doNothing())
    .returning('code')
    .execute();
  return inserted.length === 1;
}

/** Who complained, and of which digest; `0` is none. `address` is null when they were erased. */
export interface Complainer {
  digestId: string;
  subscriberId: string;
  address: string | null;
}

/** What of a report says whose it is. */
export type Trace =
  | { digestId: string; subscriberId: string }
  | { digestId: string; subscriptionId: string }
  | { messageId: string }
  | { address: string };

/** Null when no subscriber is meant: a test to an editor, somebody else's mail. */
export async function complainerBy(db: Db, trace: Trace): Promise<Complainer | null> {
  const digestId = 'digestId' in trace ? trace.digestId : '0';
  const { rows } = await sql<Complainer>`
    SELECT ${digestId} AS "digestId", id AS "subscriberId", address FROM subscriber WHERE id = ${subscriberOf(trace)}`.execute(db);
  return rows[0] ?? null;
}

function subscriberOf(trace: Trace) {
  if ('subscriberId' in trace) return sql`${trace.subscriberId}::bigint`;
  if ('subscriptionId' in trace) return sql`(SELECT subscriber_id FROM subscription WHERE id = ${trace.subscriptionId})`;
  if ('messageId' in trace) return sql`(SELECT subscriber_id FROM message WHERE id = ${trace.messageId})`;
  return sql`(SELECT id FROM subscriber WHERE address = ${trace.address})`;
}

/** Neither suppressed nor erased: something may still be mailed. */
export async function isMailed(tx: Tx, subscriberId: string): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM subscriber WHERE id = ${subscriberId} AND state NOT IN ('suppressed', 'erased')`.execute(tx);
  return rows.length > 0;
}

/** False when this reader's complaint about this digest was taken before. */
export async function insertComplaint(
  tx: Tx,
  { digestId, subscriberId, kind, relay }: Complainer & { kind: 'abuse' | 'opt-out'; relay: string },
): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO complaint (digest_id, subscriber_id, kind, relay) VALUES (${digestId}, ${subscriberId}, ${kind}, ${relay})
    ON CONFLICT DO NOTHING RETURNING 1`.execute(tx);
  return rows.length === 1;
}

/** Deletes what was told of digests whose month of the ledger is gone, and of no digest before `months` ago. Their ids begin with milliseconds. */
export async function deleteOldFeedback(db: Db, now: Date, months: number): Promise<void> {
  const before = sql`date_trunc('month', ${now}::timestamptz AT TIME ZONE 'UTC') - ${months} * interval '1 month'`;
  const isGone = sql`digest_id < (extract(epoch FROM (${before}) AT TIME ZONE 'UTC') * 1000)::bigint * 4096
    AND to_regclass('delivery_' || to_char(to_timestamp(digest_id / 4096 / 1000) AT TIME ZONE 'UTC', 'YYYY_MM')) IS NULL`;
  await sql`DELETE FROM bounce WHERE ${isGone}`.execute(db);
  await sql`DELETE FROM complaint WHERE digest_id > 0 AND ${isGone}`.execute(db);
  await sql`DELETE FROM complaint WHERE digest_id = 0 AND at < (${before}) AT TIME ZONE 'UTC'`.execute(db);
}
