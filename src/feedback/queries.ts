import { sql } from 'kysely';
import type { Db, Tx } from '#src/db/client';

/** Every statement of this context. */

/** A rejected delivery that blames the mailbox. `code` is empty when the relay gave none; `address` null when its reader was erased. */
export interface UnreadBounce {
  digestId: string;
  subscriberId: string;
  code: string;
  address: string | null;
}

/** Those that nobody has read yet, of digests under way or over for no more than three days: the index of refusals holds few. */
export async function unreadBounces(db: Db, limit: number): Promise<UnreadBounce[]> {
  const { rows } = await sql<UnreadBounce>`
    SELECT outcome.digest_id AS "digestId", outcome.subscriber_id AS "subscriberId", subscriber.address,
      coalesce(substring(outcome.reply FROM '\\m5\\.[0-9]{1,3}\\.[0-9]{1,3}\\M'), '') AS code
    FROM digest
    JOIN outcome ON outcome.digest_id = digest.id AND outcome.state = 'rejected' AND outcome.reason IN ('mailbox', 'policy')
    LEFT JOIN subscriber ON subscriber.id = outcome.subscriber_id
    WHERE (digest.state IN ('sending', 'paused') OR digest.finished_at > now() - interval '3 days') AND outcome.reason = 'mailbox'
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
