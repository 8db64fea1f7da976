import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '#src/db/client';
import type { ConsentKind } from '#src/db/tables';
import { canonicalJson, type ConsentPayload, firstPrevious, linkHash, saltedHash } from '#src/subscribers/consent';

export interface ConsentEvent {
  subscriberId: string;
  newsletterId: string;
  kind: ConsentKind;
  at: Date;
  payload: ConsentPayload;
  ip: string | null;
}

/** Appends to the subscriber's chain. The caller holds the subscriber's row, so that two records cannot follow the same one. */
export async function recordConsent(tx: Tx, event: ConsentEvent): Promise<void> {
  const salt = randomBytes(16);
  const ip = event.ip === null ? null : await asStored(tx, event.ip);
  const ipSalt = ip === null ? null : randomBytes(16);
  const payloadHash = saltedHash(salt, canonicalJson(event.payload));
  const ipHash = ip === null || ipSalt === null ? null : saltedHash(ipSalt, ip);
  const previousHash = await lastHash(tx, event.subscriberId);
  const link = { ...event, payloadHash, ipHash, previousHash };
  const { id } = await tx
    .insertInto('consent')
    .values({
      subscriber_id: event.subscriberId,
      newsletter_id: event.newsletterId,
      kind: event.kind,
      payload_hash: payloadHash,
      ip_hash: ipHash,
      previous_hash: previousHash,
      hash: linkHash(link),
      at: event.at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const kept = { consent_id: id, salt, payload: JSON.stringify(event.payload), ip, ip_salt: ipSalt };
  await tx.insertInto('consent_payload').values(kept).execute();
}

async function lastHash(tx: Tx, subscriberId: string): Promise<Buffer> {
  const { rows } = await sql<{
    hash: Buffer;
  }>`SELECT hash FROM consent WHERE subscriber_id = ${subscriberId} ORDER BY id DESC LIMIT 1`.execute(tx);
  return rows[0]?.hash ?? firstPrevious;
}

/** The hash is of the spelling that Postgres gives back: IPv6 has many. */
async function asStored(tx: Tx, ip: string): Promise<string> {
  const { rows } = await sql<{ ip: string }>`SELECT host(${ip}::inet) AS ip`.execute(tx);
  return rows[0]?.ip ?? ip;
}
