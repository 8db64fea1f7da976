import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { compileSkeleton } from '#src/mail/compile-skeleton';
import { createSigner, type Signer, type SignerOptions } from '#src/mail/dkim';
import { fillSkeleton } from '#src/mail/fill-skeleton';
import { prepareHeaders } from '#src/mail/headers';
import { relaxedHeaders, type HeaderField } from '#src/mail/relaxed-headers';
import { readSigningKey } from '#src/mail/signing-key';

/**
 * A signer that has proved itself: it signed a sample, and the public halves of its keys verify what it wrote. For the start
 * of a process, which must refuse to run rather than send mail that receivers reject.
 *
 * @throws SigningKeyFault for a key that cannot serve, Error for a signature that does not verify
 */
export function checkedSigner(options: SignerOptions): Signer {
  const signer = createSigner(options);
  const { headers, body } = sample();
  const signatures = relaxedHeaders(signer.sign(headers, body));
  const keys = [
    readSigningKey('rsa', options.privateKey),
    ...(options.ed25519 ? [readSigningKey('ed25519', options.ed25519.privateKey)] : []),
  ];
  keys.forEach((key, index) => {
    if (!verifies(signatures[index], headers, body, createPublicKey(key)))
      throw new Error(`the DKIM signature of a sample with the ${key.asymmetricKeyType} key does not verify`);
  });
  return signer;
}

function sample(): { headers: string; body: Buffer } {
  const skeleton = compileSkeleton({ html: '<p lang="he">בוקר טוב</p>', text: 'Good morning.\n', language: 'he' });
  const write = prepareHeaders({ ...skeleton, from: { name: 'בוקר', address: 'sample@news.example' }, subject: 'בוקר טוב' });
  const headers = write({
    to: 'reader@mail.example',
    messageId: '<sample@news.example>',
    date: new Date(0),
    unsubscribe: { url: 'https://news.example/u/sample' },
  });
  return { headers, body: fillSkeleton(skeleton, {}) };
}

function verifies(signature: HeaderField | undefined, headers: string, body: Buffer, key: KeyObject): boolean {
  if (!signature) return false;
  const tags = Object.fromEntries(
    signature.relaxed.split(';').map((tag) => [tag.replace(/=.*$/s, '').trim(), tag.replace(/^[^=]*=/, '').replaceAll(' ', '')]),
  );
  if (tags['bh'] !== sha256(body).toString('base64')) return false;
  const unread = relaxedHeaders(headers);
  const covered = (tags['h'] ?? '').split(':').map((name) => unread.splice(lastIndexOf(unread, name), 1)[0]);
  const text = covered.map((field) => (field ? `${field.relaxed}\r\n` : '')).join('') + signature.relaxed.replace(/(?<=; b=).*$/s, '');
  const bytes = Buffer.from(text);
  const isEd25519 = key.asymmetricKeyType === 'ed25519';
  return verify(isEd25519 ? null : 'sha256', isEd25519 ? sha256(bytes) : bytes, key, Buffer.from(tags['b'] ?? '', 'base64'));
}

/** Where a name's last unread field is (RFC 6376 §5.4.2), past the end when there is none. */
function lastIndexOf(fields: HeaderField[], name: string): number {
  const index = fields.findLastIndex((field) => field.name === name);
  return index < 0 ? fields.length : index;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
