import { createHmac } from 'node:crypto';
import type { Config } from '#src/config';
import { canonicalAddress } from '#src/mail/address';

type Keys = Config['keys'];

/** What is left of an address that is suppressed or erased. Without BRIEFING_HASH_KEY nobody can tell whose it was. */
export function addressHash(keys: Keys, address: string): Buffer {
  return keyed(keys, 'address', address);
}

/** Under what an address's one-off mails are counted (I6): one mailbox behind plus-tags, dots and case counts once. */
export function countingHash(keys: Keys, counted: 'confirmation' | 'links', address: string): Buffer {
  return keyed(keys, counted, canonicalAddress(address));
}

function keyed(keys: Keys, use: string, text: string): Buffer {
  return createHmac('sha256', keys.hash).update(`${use}\0${text}`).digest();
}
