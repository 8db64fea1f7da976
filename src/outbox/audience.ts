import { type RawBuilder, sql } from 'kysely';
import type { Cadence } from '#src/db/tables';

export interface Audience {
  newsletterId: string;
  cadence: Cadence;
  /** A correction goes to those who had, or may have had, this version of that digest, whatever cadence they have now. */
  corrects?: { digestId: string; version: number } | null;
  now: Date;
}

/** Who gets a digest, said once: for the count that an editor sees and for the freeze that decides. Rows `subscriber_id, language`. */
export function audience({
  newsletterId,
  cadence,
  corrects = null,
  now,
}: Audience): RawBuilder<{ subscriber_id: string; language: string }> {
  return sql`
    SELECT subscription.subscriber_id, subscription.language
    FROM subscription JOIN subscriber ON subscriber.id = subscription.subscriber_id
    WHERE subscription.newsletter_id = ${newsletterId}
      AND subscription.state = 'active'
      AND subscriber.state = 'active'
      AND ${corrects === null ? sql`subscription.cadences @> ARRAY[${cadence}]` : had(corrects)}
      AND (subscription.paused_until IS NULL OR subscription.paused_until <= ${now})`;
}

function had({ digestId, version }: NonNullable<Audience['corrects']>) {
  return sql`EXISTS (
    SELECT FROM (
      SELECT state, content_version FROM outcome
      WHERE outcome.digest_id = ${digestId} AND outcome.subscriber_id = subscription.subscriber_id ORDER BY pass DESC LIMIT 1
    ) AS last
    WHERE last.state IN ('accepted', 'unknown') AND last.content_version = ${version})`;
}
