import type { Insertable } from 'kysely';
import type { Tx } from '#src/db/client';
import type { Database } from '#src/db/tables';

/** What a one-off message needs to be written later: ids, and the addressee's address only where no row of people holds it. */
export type MessageOrder = Pick<
  Insertable<Database['message']>,
  'kind' | 'language' | 'subscriber_id' | 'subscription_id' | 'newsletter_id' | 'digest_id' | 'editor_id' | 'address' | 'signup_request_id'
>;

/** One message row, in the transaction of what it tells about. Ring with `deliverLater` after the commit. Returns its id. */
export async function putMessage(tx: Tx, order: MessageOrder): Promise<string> {
  const { id } = await tx.insertInto('message').values(order).returning('id').executeTakeFirstOrThrow();
  return id;
}
