import { sql } from 'kysely';
import type { Db } from '#src/db/client';

/** Everything that is kept about a person, as JSON for the person (GDPR articles 15 and 20). Null when there is none. */
export async function exportData(db: Db, subscriberId: string): Promise<Record<string, unknown> | null> {
  const { rows } = await sql<{ data: Record<string, unknown> }>`
    SELECT json_build_object(
      'address', address, 'state', state, 'language', language, 'zone', zone, 'since', created_at,
      'subscriptions', (
        SELECT coalesce(json_agg(json_build_object('newsletter', newsletter.name, 'state', subscription.state, 'cadences', cadences,
          'language', subscription.language, 'pausedUntil', paused_until, 'source', source, 'askedAt', asked_at, 'confirmedAt', confirmed_at,
          'leftAt', left_at, 'leftReason', left_reason) ORDER BY subscription.id), '[]')
        FROM subscription JOIN newsletter ON newsletter.id = newsletter_id WHERE subscriber_id = subscriber.id),
      'consents', (
        SELECT coalesce(json_agg(json_build_object('newsletter', newsletter.name, 'kind', kind, 'at', at, 'record', payload, 'ip', host(ip),
          'hash', encode(hash, 'hex')) ORDER BY consent.id), '[]')
        FROM consent JOIN newsletter ON newsletter.id = newsletter_id LEFT JOIN consent_payload ON consent_id = consent.id
        WHERE subscriber_id = subscriber.id),
      'messages', (
        SELECT coalesce(json_agg(json_build_object('kind', kind, 'state', message.state, 'at', message.created_at) ORDER BY message.id), '[]')
        FROM message WHERE subscriber_id = subscriber.id),
      'digests', (
        SELECT coalesce(json_agg(json_build_object('subject', digest.subject, 'state', outcome.state, 'reason', outcome.reason, 'at', outcome.at)
          ORDER BY outcome.at), '[]')
        FROM outcome JOIN digest ON digest.id = outcome.digest_id WHERE outcome.subscriber_id = subscriber.id)
    ) AS data
    FROM subscriber WHERE id = ${subscriberId} AND address IS NOT NULL`.execute(db);
  return rows[0]?.data ?? null;
}
