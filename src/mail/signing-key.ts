import { createPrivateKey, KeyObject } from 'node:crypto';

/** A key that must not sign mail. The message says what is wrong with it, and nothing of it. */
export class SigningKeyFault extends Error {
  override readonly name = 'SigningKeyFault';
}

/**
 * Parses a private key once: a PEM text costs a millisecond at every signature, a KeyObject a quarter of one.
 *
 * @param pem PKCS #8 or PKCS #1, its line ends possibly written as `\n`, as environment files do
 * @throws SigningKeyFault: no key, another kind than `type`, or RSA of fewer than 2048 bits (RFC 8301 §3.2)
 */
export function readSigningKey(type: 'rsa' | 'ed25519', pem: string | KeyObject): KeyObject {
  const key = pem instanceof KeyObject ? pem : parse(pem);
  if (key.type !== 'private') throw new SigningKeyFault(`a ${key.type} key where DKIM needs a private one`);
  if (key.asymmetricKeyType !== type) throw new SigningKeyFault(`a key of type ${key.asymmetricKeyType} where DKIM needs ${type}`);
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < 2048) throw new SigningKeyFault(`an RSA key of ${bits} bits; receivers ask for 2048`);
  return key;
}

function parse(pem: string): KeyObject {
  try {
    return createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw new SigningKeyFault('not a private key in PEM, or one that needs a passphrase');
  }
}
