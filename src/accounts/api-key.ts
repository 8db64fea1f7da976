import { createHash, randomInt } from 'node:crypto';

/**
 * A key: `ib_live_`, 32 random base62 characters (190 bits), 6 of checksum. The checksum finds slips of the pen without asking the
 * database, and lets scanners of leaked secrets be sure. At rest only the SHA-256 of the whole.
 */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const prefix = 'ib_live_';
const pattern = /^ib_live_[0-9A-Za-z]{38}$/;

export function makeApiKey(): string {
  const secret = Array.from({ length: 32 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${prefix}${secret}${checksum(secret)}`;
}

export function looksLikeApiKey(text: string): boolean {
  return pattern.test(text) && checksum(text.slice(prefix.length, -6)) === text.slice(-6);
}

/** What is stored of a key or of a session's cookie. Both are random and long, so a plain hash is enough. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Tells keys apart in lists: `ib_live_abcd`. */
export function startOfKey(key: string): string {
  return key.slice(0, prefix.length + 4);
}

function checksum(secret: string): string {
  let rest = hashToken(secret).readUInt32BE(0);
  let text = '';
  for (let place = 0; place < 6; place += 1) {
    text = `${alphabet[rest % alphabet.length]}${text}`;
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}
