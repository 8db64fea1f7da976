import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Config } from '#src/config';

/**
 * The links inside emails. A token says what it may do, for whom and until when, so that no table is read to know whom it concerns:
 * version 1 byte · purpose 1 · key id 1 · expiry 4 (Unix minutes; 0 = never) · subject 8 · second subject 8 or 0 · HMAC-SHA256, first 16 bytes.
 * 39 bytes, base64url: 52 characters.
 */
const purposes = {
  confirm: { code: 1, minutes: 72 * 60 },
  unsubscribe: { code: 2, minutes: 0 },
  preferences: { code: 3, minutes: 90 * 24 * 60 },
  welcome: { code: 4, minutes: 90 * 24 * 60 },
  notMe: { code: 5, minutes: 30 * 24 * 60 },
  data: { code: 6, minutes: 60 },
  change: { code: 7, minutes: 24 * 60 },
  signIn: { code: 8, minutes: 15 },
  undo: { code: 9, minutes: 24 * 60 },
  signUpCookie: { code: 10, minutes: 30 * 24 * 60 },
} as const;

export type Purpose = keyof typeof purposes;

/** What a token is about: a subscription's id for readers' links (an editor's sign-in for `signIn`), and a digest's id or another, or 0. */
export interface Link {
  purpose: Purpose;
  subject: string;
  second: string;
  expiresAt: Date | null;
}

export type LinkReading = ({ ok: true } & Link) | { ok: false; reason: 'forged' | 'foreign-purpose' | 'expired'; link: Link | null };

type Keys = Config['keys'];
const version = 1;
const signedBytes = 23;
const signatureBytes = 16;
const tokenPattern = /^[A-Za-z0-9_-]{52}$/;

export function writeLink(keys: Keys, purpose: Purpose, subject: string, now: Date, second = '0'): string {
  const { code, minutes } = purposes[purpose];
  const token = Buffer.allocUnsafe(signedBytes + signatureBytes);
  token.writeUInt8(version, 0);
  token.writeUInt8(code, 1);
  token.writeUInt8(keyId(keys.secret), 2);
  token.writeUInt32BE(minutes === 0 ? 0 : Math.floor(now.getTime() / 60_000) + minutes, 3);
  token.writeBigUInt64BE(BigInt(subject), 7);
  token.writeBigUInt64BE(BigInt(second), 15);
  signature(keys.secret, token.subarray(0, signedBytes)).copy(token, signedBytes);
  return token.toString('base64url');
}

/** Reads a token for the one purpose that the page serves. The comparison takes the same time for every forgery. */
export function readLink(keys: Keys, wanted: Purpose, token: string, now: Date): LinkReading {
  if (!tokenPattern.test(token)) return { ok: false, reason: 'forged', link: null };
  const bytes = Buffer.from(token, 'base64url');
  const head = bytes.subarray(0, signedBytes);
  const key = [keys.secret, keys.previous].find((candidate) => candidate !== null && keyId(candidate) === head.readUInt8(2));
  if (!key || !timingSafeEqual(bytes.subarray(signedBytes), signature(key, head)) || head.readUInt8(0) !== version) {
    return { ok: false, reason: 'forged', link: null };
  }
  const purpose = (Object.keys(purposes) as Purpose[]).find((name) => purposes[name].code === head.readUInt8(1));
  if (!purpose) return { ok: false, reason: 'forged', link: null };
  const minutes = head.readUInt32BE(3);
  const expiresAt = minutes === 0 ? null : new Date(minutes * 60_000);
  const link: Link = { purpose, subject: String(head.readBigUInt64BE(7)), second: String(head.readBigUInt64BE(15)), expiresAt };
  if (purpose !== wanted) return { ok: false, reason: 'foreign-purpose', link };
  if (expiresAt && expiresAt <= now) return { ok: false, reason: 'expired', link };
  return { ok: true, ...link };
}

/** Which key signed: one byte of its hash, so that rotation needs no numbering. */
function keyId(secret: string): number {
  return signingKey(secret).id;
}

function signature(secret: string, head: Buffer): Buffer {
  return createHmac('sha256', signingKey(secret).key).update(head).digest().subarray(0, signatureBytes);
}

const signingKeys = new Map<string, { key: KeyObject; id: number }>();

function signingKey(secret: string): { key: KeyObject; id: number } {
  const known = signingKeys.get(secret);
  if (known) return known;
  const key = createSecretKey(secret, 'utf8');
  const made = { key, id: createHmac('sha256', key).update('key id').digest().readUInt8(0) };
  signingKeys.set(secret, made);
  return made;
}
