import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import { canonicalJson, type ConsentLink, type ConsentPayload, firstPrevious, linkHash, saltedHash } from '#src/subscribers/consent';

type Row = Omit<ConsentLink, 'subscriberId'> & {
  id: string;
  hash: Buffer;
  payload: ConsentPayload | null;
  salt: Buffer | null;
  ip: string | null;
  ipSalt: Buffer | null;
  ipIsTruncated: boolean | null;
};

/** Whether the subscriber's records are as they were written, emptied ones included; else the id of the first that is not. */
export async function verifyConsents(
  db: Db,
  subscriberId: string,
): Promise<{ whole: true; records: number } | { whole: false; brokenAt: string }> {
  const rows = await readChain(db, subscriberId);
  let previousHash: Buffer = firstPrevious;
  for (const row of rows) {
    const follows = row.previousHash.equals(previousHash) && row.hash.equals(linkHash({ ...row, subscriberId }));
    if (!follows || !payloadFits(row) || !ipFits(row)) return { whole: false, brokenAt: row.id };
    previousHash = row.hash;
  }
  return { whole: true, records: rows.length };
}

/** Salt and payload go together: a payload without its salt was put there by somebody else. */
function payloadFits({ salt, payload, payloadHash }: Row): boolean {
  if (salt === null || payload === null) return salt === null && payload === null;
  return saltedHash(salt, canonicalJson(payload)).equals(payloadHash);
}

function ipFits({ ip, ipSalt, ipHash, ipIsTruncated }: Row): boolean {
  if (ipSalt === null) return ip === null || (ipHash !== null && ipIsTruncated === true);
  return ip !== null && ipHash !== null && saltedHash(ipSalt, ip).equals(ipHash);
}

async function readChain(db: Db, subscriberId: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    SELECT consent.id, newsletter_id AS "newsletterId", kind, payload_hash AS "payloadHash", ip_hash AS "ipHash", previous_hash AS "previousHash", hash, at,
      kept.payload, kept.salt, host(kept.ip) AS ip, kept.ip_salt AS "ipSalt",
      masklen(kept.ip) <= CASE family(kept.ip) WHEN 4 THEN 24 ELSE 56 END AS "ipIsTruncated"
    FROM consent LEFT JOIN consent_payload AS kept ON kept.consent_id = consent.id
    WHERE subscriber_id = ${subscriberId} ORDER BY consent.id`.execute(db);
  return rows;
}
