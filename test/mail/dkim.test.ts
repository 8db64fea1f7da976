import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { SMTPServer } from 'smtp-server';
import { compileSkeleton } from '#src/mail/compile-skeleton';
import { createSigner, type SignerOptions } from '#src/mail/dkim';
import { dkimRecord } from '#src/mail/dkim-record';
import { checkedSigner } from '#src/mail/dkim-sample-check';
import { fillSkeleton } from '#src/mail/fill-skeleton';
import { handOver } from '#src/mail/hand-over';
import { prepareHeaders } from '#src/mail/headers';
import { openConnection } from '#src/mail/open-connection';
import { parseRelays } from '#src/mail/relay';
import { slotMarker } from '#src/mail/slots';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const options: SignerOptions = {
  domain: 'news.example',
  selector: 'rsa1',
  privateKey: rsa,
  ed25519: { selector: 'ed1', privateKey: ed25519 },
};

describe('a signed message that went through an SMTP server', () => {
  test.each([
    ['English', 'en', 'Today in Israel', 'The Knesset voted. '.repeat(200)],
    [
      'Hebrew',
      'he',
      'היום בישראל: הכנסת אישרה את התקציב ברוב של שישים ושלושה קולות, והאופוזיציה הודיעה על עתירה',
      'הכנסת אישרה. '.repeat(200),
    ],
    ['dots', 'en', '.', '\n.\n..\n.hidden\n\nFrom here\n  two  blanks  \n'],
  ])('verifies by both keys: %s', async (_name, language, subject, words) => {
    const received = await throughServer(compose(language, subject, words));
    expect(await verified(received)).toEqual(['ed25519-sha256 pass', 'rsa-sha256 pass']);
  });

  test('fails by both when any signed field, or the body, is changed by one byte', async () => {
    const message = compose('en', 'Today', 'Words.').toString('latin1');
    const fields = [
      'From',
      'Subject',
      'To',
      'Date',
      'Message-ID',
      'MIME-Version',
      'Content-Type',
      'Content-Language',
      'List-Id',
      'List-Unsubscribe',
      'List-Unsubscribe-Post',
      'Feedback-ID',
    ];
    for (const field of fields) {
      const at = message.indexOf(`\r\n${field}: `) + field.length + 5;
      expect(await verified(flipped(message, at))).toEqual(failed);
    }
    expect(await verified(flipped(message, message.indexOf('Words.')))).toEqual(failed);
    expect(await verified(flipped(message, message.length - 4))).toEqual(failed);
  });

  test.each([
    'From: Somebody <else@evil.example>',
    'Subject: Another',
    'To: another@mail.example',
    'Date: Mon, 23 Nov 2026 05:00:00 +0000',
  ])('fails by both when somebody adds %s', async (field) => {
    const message = compose('en', 'Today', 'Words.').toString('latin1');
    expect(await verified(message.replace('\r\nFrom:', `\r\n${field}\r\nFrom:`))).toEqual(failed);
    expect(await verified(message.replace('\r\nMIME-Version:', `\r\n${field}\r\nMIME-Version:`))).toEqual(failed);
  });

  test('is signed alike by the thread and by the pool, which may change the body meanwhile', async () => {
    const signer = createSigner(options);
    const [headers, body] = ['From: A <a@b.example>\r\nSubject: Today\r\n', Buffer.from('Words.\r\n'.repeat(50))];
    const inPool = signer.signInPool(headers, body, new Date(0));
    const inThread = signer.sign(headers, body, new Date(0));
    body.fill('x');
    expect(inThread.match(/\bb=[^;]{80,}/g)).toHaveLength(2);
    expect(await inPool).toBe(inThread);
  });

  test('is signed the same way twice, in lines of at most 78 characters', () => {
    const once = compose('en', 'Today', 'Words.').toString('latin1');
    expect(compose('en', 'Today', 'Words.').toString('latin1')).toBe(once);
    for (const line of once.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
    expect(once).not.toMatch(/\bl=/);
  });
});

describe('a key', () => {
  test('that proved itself on a sample signs', () => {
    expect(checkedSigner(options).sign('From: a@b.example\r\n', Buffer.from('x\r\n'))).toMatch(
      /^DKIM-Signature: v=1; a=rsa-sha256;[\s\S]+\r\nDKIM-Signature: v=1; a=ed25519-sha256;/,
    );
  });

  test('may be PEM, with line ends as environment files write them', () => {
    const pem = rsa.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => checkedSigner({ ...options, privateKey: pem })).not.toThrow();
    expect(() => checkedSigner({ ...options, privateKey: pem.replaceAll('\n', '\\n') })).not.toThrow();
  });

  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  test.each<[string, Partial<SignerOptions>, RegExp]>([
    ['short', { privateKey: short }, /1024 bits/],
    ['of another kind', { privateKey: ed25519 }, /type ed25519 where DKIM needs rsa/],
    ['of another kind, the second', { ed25519: { selector: 'ed1', privateKey: rsa } }, /type rsa where DKIM needs ed25519/],
    ['no key', { privateKey: '-----BEGIN secret' }, /not a private key/],
    ['public', { privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey }, /public key/],
    ['under an impossible name', { selector: 'a;b' }, /selector/],
  ])('that is %s is refused', (_name, changed, fault) => {
    expect(() => checkedSigner({ ...options, ...changed })).toThrow(fault);
  });
});

const failed = ['ed25519-sha256 fail', 'rsa-sha256 fail'];

function compose(language: string, subject: string, words: string): Buffer {
  const skeleton = compileSkeleton({
    html: `<p>${words}</p>${slotMarker('unsubscribe')}`,
    text: `${words}\n${slotMarker('unsubscribe')}\n`,
    language,
  });
  const write = prepareHeaders({
    ...skeleton,
    from: { name: 'Israel Briefing', address: 'briefing@news.example' },
    subject,
    list: { name: 'Israel Briefing', id: 'daily.news.example' },
  });
  const headers = write({
    to: 'dana@mail.example',
    messageId: '<a@news.example>',
    date: new Date(0),
    unsubscribe: { url: 'https://news.example/u/x', mailto: 'mailto:leave@news.example' },
    feedbackId: 'a:b:c:d',
  });
  const body = fillSkeleton(skeleton, { unsubscribe: 'u'.repeat(52) });
  return Buffer.concat([Buffer.from(`${createSigner(options).sign(headers, body, new Date(0))}${headers}\r\n`), body]);
}

async function verified(message: string | Buffer): Promise<string[]> {
  const records: Record<string, string> = {
    'rsa1._domainkey.news.example': dkimRecord(rsa),
    'ed1._domainkey.news.example': dkimRecord(ed25519),
  };
  const resolver = (name: string) =>
    records[name] ? Promise.resolve([[records[name]]]) : Promise.reject(Object.assign(new Error(name), { code: 'ENOTFOUND' }));
  const { results } = await dkimVerify(Buffer.from(message as string, 'latin1'), { resolver });
  const verdicts = results as unknown as { algo: string; status: { result: string } }[];
  return verdicts.map(({ algo, status }) => `${algo} ${status.result === 'pass' ? 'pass' : 'fail'}`).toSorted();
}

function flipped(message: string, at: number): string {
  return message.slice(0, at) + String.fromCharCode(message.charCodeAt(at) ^ 1) + message.slice(at + 1);
}

/** What an SMTP server of another make receives. */
async function throughServer(message: Buffer): Promise<Buffer> {
  const received: Buffer[] = [];
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    onData: (stream, _session, done) => void stream.on('data', (chunk: Buffer) => received.push(chunk)).on('end', done),
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as { port: number };
  const connection = await openConnection(parseRelays(`smtp://127.0.0.1:${port}`)[0]!);
  const result = await handOver(connection, { from: 'briefing@news.example', to: 'dana@mail.example' }, [message], {
    beforeDot: () => true,
  });
  expect(result.code).toBe(250);
  connection.close();
  await new Promise<void>((resolve) => server.close(resolve));
  return Buffer.concat(received);
}
