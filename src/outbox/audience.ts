import { type RawBuilder, sql } from 'kysely';
import type { Cadence } from '#src/db/tables';

export interface Audience {
  newsletterId: string;
  cadence: Cadence;
  now: Date;
}

/** Who gets a digest, said once: for the count that an editor sees and for the freeze that decides. Rows `subscriber_id, language`. */
export function audience({ newsletterId, cadence, now }: Audience): RawBuilder<{ subscriber_id: string; language: string }> {
  return sql`
    SELECT subscription.subscriber_id, subscription.language
    FROM subscription JOIN subscriber ON subscriber.id = subscription.subscriber_id
    WHERE subscription.newsletter_id = ${newsletterId}
      AND subscription.state = 'active'
      AND subscriber.state = 'active'
      AND subscription.cadences @> ARRAY[${cadence}]
      AND (subscription.paused_until IS NULL OR subscription.paused_until <= ${now})`;
}
