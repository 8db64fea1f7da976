import { createHash, type KeyObject, sign as signBytes } from 'node:crypto';
import { promisify } from 'node:util';
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
  /** The same fields. Only the keys' part of the work is done by the process's thread pool: `body` is free again when this returns. */
  signInPool(headers: string, body: Uint8Array, signedAt?: Date): Promise<string>;
};

/**
 * Signs with rsa-sha256, relaxed/relaxed, without `l=` (RFC 6376, 8301).
 *
 * @throws SigningKeyFault
 */
export function createSigner({ domain, selector, privateKey, ed25519 }: SignerOptions): Signer {
  const algorithms: Algorithm[] = [
    { name: 'rsa-sha256', domain, selector, digest: 'sha256', key: readSigningKey('rsa', privateKey), signed: asItIs },
  ];
  if (ed25519) {
    const key = readSigningKey('ed25519', ed25519.privateKey);
    // RFC 8463 §3: Ed25519 signs the SHA-256 of the text
    algorithms.push({ name: 'ed25519-sha256', domain, selector: ed25519.selector, digest: null, key, signed: sha256 });
  }
  algorithms.forEach(refuseUnsafe);
  const unsigned = (headers: string, body: Uint8Array, signedAt: Date): UnsignedField[] => {
    const fields = relaxedHeaders(headers);
    const bodyHash = sha256(body).toString('base64');
    return algorithms.map((algorithm) => unsignedField(algorithm, fields, bodyHash, signedAt));
  };
  return {
    sign(headers, body, signedAt = new Date()) {
      return unsigned(headers, body, signedAt)
        .map(({ algorithm: { digest, key }, tags, text }) => signatureField(tags, signBytes(digest, text, key)))
        .join('');
    },
    async signInPool(headers, body, signedAt = new Date()) {
      const fields = unsigned(headers, body, signedAt).map(async ({ algorithm: { digest, key }, tags, text }) =>
        signatureField(tags, await signBytesInPool(digest, text, key)),
      );
      return (await Promise.all(fields)).join('');
    },
  };
}

interface Algorithm {
  name: string;
  domain: string;
  selector: string;
  /** What the key itself hashes with; null when it signs `signed` as it is. */
  digest: 'sha256' | null;
  key: KeyObject;
  /** The bytes that the key is given, of the text that the signature covers. */
  signed(text: Buffer): Buffer;
}

/** A signature's field but for the signature. */
interface UnsignedField {
  algorithm: Algorithm;
  tags: string;
  /** What is to be signed. */
  text: Buffer;
}

const signBytesInPool = promisify<string | null, Buffer, KeyObject, Buffer>(signBytes);
const asItIs = (text: Buffer): Buffer => text;

/** Named once more than they occur, so that a second one added on the way breaks the signature (RFC 6376 §8.15). */
const oversigned = ['from', 'subject', 'to', 'date'];

function unsignedField(algorithm: Algorithm, fields: HeaderField[], bodyHash: string, signedAt: Date): UnsignedField {
  const { name, domain, selector, signed } = algorithm;
  const covered = foldAtColons(fields.map((field) => field.name).join(':'));
  const tags =
    `v=1; a=${name}; c=relaxed/relaxed; t=${Math.floor(signedAt.getTime() / 1000)};\r\n` +
    ` d=${domain};\r\n s=${selector};\r\n h=${covered};\r\n bh=${bodyHash};\r\n b=`;
  let text = '';
  for (const { relaxed } of fields) text += `${relaxed}\r\n`;
  text += `dkim-signature:${tags.replaceAll('\r\n', '')}`; // relaxed: every fold above is CRLF and one blank
  return { algorithm, tags, text: signed(Buffer.from(text)) };
}

function signatureField(tags: string, signature: Buffer): string {
  return `DKIM-Signature: ${tags}${foldSignature(signature.toString('base64'))}\r\n`;
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
