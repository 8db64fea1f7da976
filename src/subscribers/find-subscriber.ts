import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import { Refusal } from '#src/errors';
import { type Subscriber, selectSubscribers } from '#src/subscribers/subscriber-record';

/** @throws Refusal not-found, also for somebody who was erased */
export async function findSubscriber(db: Db, who: { id: string } | { address: string }): Promise<Subscriber> {
  const condition = 'id' in who ? sql`subscriber.id = ${who.id}` : sql`subscriber.address = ${who.address}`;
  const [subscriber] = await selectSubscribers(db, condition, 1);
  if (!subscriber) throw new Refusal('not-found', 'There is no such subscriber.');
  return subscriber;
}
