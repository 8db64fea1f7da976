import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { readBase32, writeBase32 } from '#src/mail/base32';

export type MessageIdParts = { digestId: bigint; subscriberId: bigint };

const sealLength = 8;

/**
 * The same for every pass of a delivery, so that receivers can drop a repeat and a bounce can name its reader;
 * it holds no address and cannot be made without the key.
 *
 * @returns with angle brackets (RFC 5322 §3.6.4)
 */
export function messageIdFor(digestId: bigint, subscriberId: bigint, key: KeyObject | Uint8Array, domain: string): string {
  const ids = Buffer.allocUnsafe(16);
  ids.writeBigInt64BE(digestId, 0);
  ids.writeBigInt64BE(subscriberId, 8);
  return `<${writeBase32(Buffer.concat([ids, sealOf(ids, key)]))}@${domain}>`;
}

/** @returns null for anything that `messageIdFor` did not make with this key, whatever its domain */
export function readMessageId(messageId: string, key: KeyObject | Uint8Array): MessageIdParts | null {
  const local = /^\s*<?([a-z2-7]{39})@[^\s<>@]{1,255}>?\s*$/i.exec(messageId.slice(0, 400))?.[1];
  const bytes = local && readBase32(local.toLowerCase());
  if (!bytes || bytes.length !== 16 + sealLength) return null;
  const ids = bytes.subarray(0, 16);
  if (!timingSafeEqual(bytes.subarray(16), sealOf(ids, key))) return null;
  return { digestId: ids.readBigInt64BE(0), subscriberId: ids.readBigInt64BE(8) };
}

function sealOf(ids: Buffer, key: KeyObject | Uint8Array): Buffer {
  return createHmac('sha256', key).update('message-id').update(ids).digest().subarray(0, sealLength);
}
