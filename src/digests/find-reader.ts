import type { Db } from '#src/db/client';
import { Refusal } from '#src/errors';

/** A subscriber of one newsletter, as far as a preview or a test looks at them. */
export interface DigestReader {
  language: string;
  joinedAt: Date;
}

/** @throws Refusal not-found when nobody of that id subscribes to the newsletter */
export async function findReader(db: Db, newsletterId: string, subscriberId: string): Promise<DigestReader> {
  const row = /^[0-9]{1,18}$/.test(subscriberId)
    ? await db
        .selectFrom('subscription')
        .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
        .select(['subscription.language', 'subscription.confirmed_at', 'subscription.asked_at'])
        .where('subscription.subscriber_id', '=', subscriberId)
        .where('subscription.newsletter_id', '=', newsletterId)
        .where('subscriber.state', '<>', 'erased')
        .executeTakeFirst()
    : undefined;
  if (!row) throw new Refusal('not-found', 'There is no such subscriber of this newsletter.');
  return { language: row.language, joinedAt: row.confirmed_at ?? row.asked_at };
}
