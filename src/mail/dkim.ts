import { createHash, sign as signBytes, type KeyObject } from 'node:crypto';
import { relaxedHeaders, type HeaderField } from '#src/mail/relaxed-headers';
import { readSigningKey } from '#src/mail/signing-key';

export type SignerOptions = {
  domain: string;
  selector: string;
  /** RSA, 2048 bits or more: PEM, or already a KeyObject. */
  privateKey: string | KeyObject;
  /** A second signature for the receivers that read it (RFC 8463). */
  ed25519?: { selector: string; privateKey: string | KeyObject };
};

export type Signer = {
  /**
   * The DKIM-Signature fields, each ending in CRLF, to stand before `headers`.
   *
   * @param headers what `prepareHeaders` writes: every field of it is covered
   * @param body what `fillSkeleton` returns: relaxed canonicalisation would not change it, so it is hashed as it is
   */
  sign(headers: string, body: Uint8Array, signedAt?: Date): string;
};

/**
 * Signs with rsa-sha256, relaxed/relaxed, without `l=` (RFC 6376, 8301).
 *
 * @throws SigningKeyFault
 */
export function createSigner({ domain, selector, privateKey, ed25519 }: SignerOptions): Signer {
  const rsaKey = readSigningKey('rsa', privateKey);
  const algorithms: Algorithm[] = [{ name: 'rsa-sha256', domain, selector, sign: (text) => signBytes('sha256', text, rsaKey) }];
  if (ed25519) {
    const key = readSigningKey('ed25519', ed25519.privateKey);
    // RFC 8463 §3: Ed25519 signs the SHA-256 of the text
    algorithms.push({ name: 'ed25519-sha256', domain, selector: ed25519.selector, sign: (text) => signBytes(null, sha256(text), key) });
  }
  algorithms.forEach(refuseUnsafe);
  return {
    sign(headers, body, signedAt = new Date()) {
      const fields = relaxedHeaders(headers);
      const bodyHash = sha256(body).toString('base64');
      return algorithms.map((algorithm) => signatureField(algorithm, fields, bodyHash, signedAt)).join('');
    },
  };
}

type Algorithm = { name: string; domain: string; selector: string; sign(text: Buffer): Buffer };

/** Named once more than they occur, so that a second one added on the way breaks the signature (RFC 6376 §8.15). */
const oversigned = ['from', 'subject', 'to', 'date'];

function signatureField({ name, domain, selector, sign }: Algorithm, fields: HeaderField[], bodyHash: string, signedAt: Date): string {
  const covered = foldAtColons(fields.map((field) => field.name).join(':'));
  const tags =
    `v=1; a=${name}; c=relaxed/relaxed; t=${Math.floor(signedAt.getTime() / 1000)};\r\n` +
    ` d=${domain};\r\n s=${selector};\r\n h=${covered};\r\n bh=${bodyHash};\r\n b=`;
  let signed = '';
  for (const { relaxed } of fields) signed += `${relaxed}\r\n`;
  signed += `dkim-signature:${tags.replaceAll('\r\n', '')}`; // relaxed: every fold above is CRLF and one blank
  return `DKIM-Signature: ${tags}${foldSignature(sign(Buffer.from(signed)).toString('base64'))}\r\n`;
}

function foldSignature(base64: string): string {
  let folded = base64.slice(0, 72);
  for (let from = 72; from < base64.length; from += 72) folded += `\r\n ${base64.slice(from, from + 72)}`;
  return folded;
}

/** The messages of a digest name the same fields: folded once. */
let lastFold = { names: '', folded: '' };

/** The names that a signature covers, between colons, with those that it names once more. */
function foldAtColons(names: string): string {
  if (lastFold.names === names) return lastFold.folded;
  let folded = '';
  let width = ' h='.length;
  for (const name of [...names.split(':'), ...oversigned]) {
    const colon = folded === '' ? '' : ':';
    const fits = width + colon.length + name.length <= 76;
    folded += `${colon}${fits ? '' : '\r\n '}${name}`;
    width = fits ? width + colon.length + name.length : 1 + name.length;
  }
  lastFold = { names, folded };
  return folded;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function refuseUnsafe({ domain, selector }: Algorithm) {
  const isName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?$/;
  if (!isName.test(domain) || !isName.test(selector)) throw new TypeError('a DKIM domain and a selector are domain names in ASCII');
}
