import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '#src/db/client';
import { canonicalJson, firstPrevious, linkHash, saltedHash } from '#src/subscribers/consent';
import type { ConsentEvent } from '#src/subscribers/record-consent';

const saltBytes = 16;

/** Appends one record to each of many chains, in three statements. The caller holds the rows of these subscribers, and names each once. */
export async function recordConsents(tx: Tx, events: readonly Omit<ConsentEvent, 'ip'>[]): Promise<void> {
  if (events.length === 0) return;
  const heads = await chainHeads(
    tx,
    events.map(({ subscriberId }) => subscriberId),
  );
  const salts = randomBytes(saltBytes * events.length);
  const links = events.map((event, n) => {
    const salt = salts.subarray(n * saltBytes, (n + 1) * saltBytes);
    const payloadHash = saltedHash(salt, canonicalJson(event.payload));
    const previousHash = heads.get(event.subscriberId) ?? firstPrevious;
    return { ...event, salt, payloadHash, ipHash: null, previousHash };
  });
  await insertLinks(tx, links);
}

type NewLink = Omit<ConsentEvent, 'ip'> & { salt: Buffer; payloadHash: Buffer; ipHash: null; previousHash: Buffer };

async function chainHeads(tx: Tx, subscriberIds: string[]): Promise<Map<string, Buffer>> {
  const { rows } = await sql<{ subscriberId: string; hash: Buffer }>`
    SELECT DISTINCT ON (subscriber_id) subscriber_id AS "subscriberId", hash FROM consent
    WHERE subscriber_id = ANY(${subscriberIds}::bigint[]) ORDER BY subscriber_id, id DESC`.execute(tx);
  return new Map(rows.map(({ subscriberId, hash }) => [subscriberId, hash]));
}

async function insertLinks(tx: Tx, links: readonly NewLink[]): Promise<void> {
  const { rows } = await sql<{ id: string; subscriberId: string }>`
    INSERT INTO consent (subscriber_id, newsletter_id, kind, payload_hash, previous_hash, hash, at)
    SELECT * FROM unnest(${links.map(({ subscriberId }) => subscriberId)}::bigint[], ${links.map(({ newsletterId }) => newsletterId)}::bigint[],
      ${links.map(({ kind }) => kind)}::text[], ${links.map(({ payloadHash }) => payloadHash)}::bytea[],
      ${links.map(({ previousHash }) => previousHash)}::bytea[], ${links.map(linkHash)}::bytea[],
      ${links.map(({ at }) => at.toISOString())}::timestamptz[])
    RETURNING id, subscriber_id AS "subscriberId"`.execute(tx);
  const ids = new Map(rows.map(({ id, subscriberId }) => [subscriberId, id]));
  await sql`
    INSERT INTO consent_payload (consent_id, salt, payload)
    SELECT * FROM unnest(${links.map(({ subscriberId }) => ids.get(subscriberId))}::bigint[], ${links.map(({ salt }) => salt)}::bytea[],
      ${links.map(({ payload }) => JSON.stringify(payload))}::jsonb[])`.execute(tx);
}
