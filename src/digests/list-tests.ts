import type { Db } from '#src/db/client';
import type { MessageState } from '#src/db/tables';

/** A test message of a digest. The relay's reply is verbatim; the address is known until the message has its end. */
export interface SentTest {
  id: string;
  address: string | null;
  state: MessageState;
  reason: string | null;
  reply: string | null;
  at: Date;
}

/** The last twenty, newest first. */
export async function listTests(db: Db, digestId: string): Promise<SentTest[]> {
  return db
    .selectFrom('message')
    .select(['id', 'address', 'state', 'reason', 'reply', 'created_at as at'])
    .where('digest_id', '=', digestId)
    .where('kind', '=', 'test')
    .orderBy('id', 'desc')
    .limit(20)
    .execute();
}
