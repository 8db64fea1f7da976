import { sql } from 'kysely';
import type { Tx } from '#src/db/client';
import { languageFor } from '#src/locales';
import { putMessage } from '#src/outbox/put-message';

/** `not-unknown`: its reader's state is another by now. `gone`: its reader left, or was suppressed or erased. */
export type Resent = 'queued' | 'not-unknown' | 'again' | 'gone';

/**
 * Puts one unknown delivery on its way again, because a person said so: with the same Message-ID, and at most once. The slice's lock keeps
 * evidence, which may yet settle it, from coming in between.
 */
export async function putResend(tx: Tx, digestId: string, subscriberId: string): Promise<Resent> {
  await sql`
    SELECT FROM slice JOIN delivery ON delivery.digest_id = slice.digest_id AND delivery.lot = slice.lot
    WHERE slice.digest_id = ${digestId} AND delivery.subscriber_id = ${subscriberId} AND ${subscriberId}::bigint BETWEEN lo AND hi
    FOR UPDATE OF slice`.execute(tx);
  const reader = await unknownReader(tx, digestId, subscriberId);
  if (!reader) return 'not-unknown';
  if (reader.isResent) return 'again';
  if (!reader.subscriptionId) return 'gone';
  await putMessage(tx, {
    kind: 'resend',
    language: languageFor(reader.language ?? ''),
    subscriber_id: subscriberId,
    subscription_id: reader.subscriptionId,
    newsletter_id: reader.newsletterId,
    digest_id: digestId,
  });
  return 'queued';
}

interface UnknownReader {
  subscriptionId: string | null;
  newsletterId: string;
  language: string | null;
  isResent: boolean;
}

async function unknownReader(tx: Tx, digestId: string, subscriberId: string): Promise<UnknownReader | null> {
  const { rows } = await sql<UnknownReader>`
    SELECT subscription.id AS "subscriptionId", digest.newsletter_id AS "newsletterId", subscription.language,
      EXISTS (SELECT FROM message WHERE kind = 'resend' AND digest_id = ${digestId} AND subscriber_id = ${subscriberId}) AS "isResent"
    FROM (
      SELECT state FROM outcome WHERE digest_id = ${digestId} AND subscriber_id = ${subscriberId} ORDER BY pass DESC LIMIT 1
    ) AS last
    JOIN digest ON digest.id = ${digestId}
    LEFT JOIN subscriber ON subscriber.id = ${subscriberId} AND subscriber.state = 'active'
    LEFT JOIN subscription ON subscription.subscriber_id = subscriber.id AND subscription.newsletter_id = digest.newsletter_id
      AND subscription.state = 'active'
    WHERE last.state = 'unknown'`.execute(tx);
  return rows[0] ?? null;
}
