import type { Context } from '#src/context';
import { sql } from 'kysely';
import { deliverLater } from '#src/outbox/deliver-later';
import { putMessage } from '#src/outbox/put-message';
import { lockReader } from '#src/subscribers/queries';

/** "Send me the latest now", from the welcome page: one digest once. `already`: it was asked for before. */
export async function askLatest(ctx: Context, subscriptionId: string, digestId: string): Promise<'asked' | 'already' | 'unknown'> {
  const outcome = await ctx.db.transaction().execute(async (tx) => {
    const reader = await lockReader(tx, subscriptionId);
    if (!reader || reader.state !== 'active' || reader.subscriberState !== 'active') return 'unknown';
    const { subscriberId, newsletterId, language } = reader;
    const { rows } = await sql`
      SELECT 1 FROM message WHERE kind = 'latest' AND subscriber_id = ${subscriberId} AND digest_id = ${digestId}`.execute(tx);
    if (rows.length > 0) return 'already';
    const about = { subscriber_id: subscriberId, subscription_id: subscriptionId, newsletter_id: newsletterId, digest_id: digestId };
    await putMessage(tx, { kind: 'latest', language, ...about });
    return 'asked';
  });
  if (outcome === 'asked') await deliverLater(ctx, 'transactional');
  return outcome;
}
