import type { KeyObject } from 'node:crypto';

export type SigningKey = { selector: string; privateKey: string | KeyObject };
export type SignerOptions = { domain: string; selector: string; privateKey: string | KeyObject; ed25519?: SigningKey };

export type Signer = {
  /** The DKIM-Signature lines, each ending in CRLF, to stand before `headers`. */
  sign(headers: string, body: Buffer, signedAt?: Date): string;
};

export function createSigner(_options: SignerOptions): Signer {
  throw new Error('not written yet');
}
