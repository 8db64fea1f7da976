import { expect, test } from '@jest/globals';
import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { createSigner } from '#src/mail/dkim';
import { dkimRecord } from '#src/mail/dkim-record';
import { relaxedHeaders } from '#src/mail/relaxed-headers';

/** RFC 8463, appendix A: its key, its record, its message. */
const seed = 'nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=';
const record = 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
const bodyHash = '2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=';
const theirs = [
  'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;',
  ' d=football.example.com; i=@football.example.com;',
  ' q=dns/txt; s=brisbane; t=1528637909; h=from : to :',
  ' subject : date : message-id : from : subject : date;',
  ` bh=${bodyHash};`,
  ' b=',
].join('\r\n');
const theirSignature = '/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==';
const headers = [
  'From: Joe SixPack <joe@football.example.com>',
  'To: Suzie Q <suzie@shopping.example.net>',
  'Subject: Is dinner ready?',
  'Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)',
  'Message-ID: <20030712040037.46341.5F8J@football.example.com>',
  '',
].join('\r\n');
const body = 'Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n';
const relaxedBody = body.replace('  ', ' ');

const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'base64')]);
const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });

test('the record of the key is the one that the RFC prints', () => {
  expect(dkimRecord(privateKey)).toBe(record);
});

test('what we relax and sign gives the RFC’s own signature', () => {
  const fields = relaxedHeaders(headers).map(({ relaxed }) => `${relaxed}\r\n`);
  const text = fields.join('') + relaxedHeaders(theirs)[0]!.relaxed;
  const signed = sign(null, createHash('sha256').update(text).digest(), privateKey);
  expect(signed.toString('base64')).toBe(theirSignature);
});

test('the RFC’s message verifies, which says that the verifier knows the RFC', async () => {
  expect(await verdict(`${theirs}${theirSignature}\r\n${headers}\r\n${body}`)).toBe('pass');
});

test('the same message verifies when we sign it, with the same hash of its body', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const signer = createSigner({
    domain: 'football.example.com',
    selector: 'test',
    privateKey: rsa,
    ed25519: { selector: 'brisbane', privateKey },
  });
  const ours = signer
    .sign(headers, Buffer.from(relaxedBody), new Date(1528637909_000))
    .replace(/^[\s\S]*?(?=DKIM-Signature: v=1; a=ed25519)/, '');
  expect(ours).toContain(`bh=${bodyHash};`);
  expect(await verdict(`${ours}${headers}\r\n${body}`)).toBe('pass');
  expect(await verdict(`${ours}${headers}\r\n${body.replace('hungry', 'angry')}`)).not.toBe('pass');
});

async function verdict(message: string): Promise<string | undefined> {
  const { results } = (await dkimVerify(Buffer.from(message), { resolver: async () => [[record]] })) as unknown as {
    results: { status: { result: string } }[];
  };
  return results.length === 1 ? results[0]?.status.result : undefined;
}
