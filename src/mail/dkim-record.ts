import { createPublicKey, type KeyObject } from 'node:crypto';

/** What `<selector>._domainkey.<domain>` must say as TXT for a key: RSA as SubjectPublicKeyInfo (RFC 6376 §3.6.1), Ed25519 bare (RFC 8463 §4). */
export function dkimRecord(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const isEd25519 = key.asymmetricKeyType === 'ed25519';
  const bytes = isEd25519 ? der.subarray(-32) : der;
  return `v=DKIM1; k=${isEd25519 ? 'ed25519' : 'rsa'}; p=${bytes.toString('base64')}`;
}
