import { afterEach, describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import { openConnection, RelayFailure } from '#src/mail/open-connection';
import { parseRelays, RelayUrlFault, type Relay } from '#src/mail/relay';
import { startScriptedSmtp, type Script, type ScriptedSmtp, type ScriptedSmtpOptions } from '../support/scripted-smtp.js';
import { testCertificate } from '../support/test-certificate.js';

describe('SMTP_URL', () => {
  test('names relays, their shares and their limits', () => {
    const [first, second] = parseRelays(
      'smtps://us%65r:p%40ss@smtp.example.org?weight=3&rate=14&connections=20&name=ses  smtp://[::1]:2525?ehlo=mail.example.org',
    );
    expect(first).toEqual({
      name: 'ses',
      host: 'smtp.example.org',
      port: 465,
      encryption: 'implicit',
      credentials: { user: 'user', pass: 'p@ss' },
      weight: 3,
      rate: 14,
      connections: 20,
      ehloName: null,
      tls: {},
    });
    expect(second).toMatchObject({
      name: '::1:2525',
      host: '::1',
      port: 2525,
      encryption: 'none',
      credentials: null,
      weight: 1,
      rate: null,
      ehloName: 'mail.example.org',
    });
  });

  test.each<[string, Relay['encryption']]>([
    ['smtp://relay.example.org', 'offered'],
    ['smtp://u:p@relay.example.org', 'required'],
    ['smtp://u:p@relay.example.org?requireTLS=false', 'offered'],
    ['smtp://u:p@relay.example.org?ignoreTLS=true', 'none'],
    ['smtp://relay.example.org?requireTLS=true', 'required'],
    ['smtp://127.0.0.1:25', 'none'],
    ['smtp://localhost:25?requireTLS=true', 'required'],
    ['smtps://localhost', 'implicit'],
  ])('%s: TLS is %s', (url, encryption) => {
    expect(parseRelays(url)[0]!.encryption).toBe(encryption);
  });

  test.each([
    ['nonsense secret', 'relay 1: not a URL'],
    ['http://u:secret@relay.example.org', 'neither smtp'],
    ['smtp://u:secret@relay.example.org?wieght=3', 'unknown setting'],
    ['smtp://u:secret@relay.example.org?weight=0', 'weight must be above 0'],
    ['smtp://u:secret@relay.example.org?weight=many', 'weight must match'],
    ['smtp://u:se/secret@relay.example.org', 'relay 1'],
    ['smtp://u:%zzsecret@relay.example.org', 'hexadecimal'],
    ['smtp://u:secret@דוגמה.example', 'not ASCII'],
    ['smtp://a.example smtp://u:secret@a.example', 'relay 2: there is another'],
  ])('is refused without quoting a password: %s', (urls, fault) => {
    const refusal = refusalOf(() => parseRelays(urls));
    expect(refusal).toBeInstanceOf(RelayUrlFault);
    expect(refusal.message).toContain(fault);
    expect(inspect(refusal)).not.toContain('secret@');
  });
});

describe('a connection', () => {
  let smtp: ScriptedSmtp;
  afterEach(() => smtp.close());

  const start = async (options: ScriptedSmtpOptions, query = '', user = '') => {
    smtp = await startScriptedSmtp(options);
    const scheme = options.encryption === 'tls' ? 'smtps' : 'smtp';
    const [relay] = parseRelays(`${scheme}://${user}127.0.0.1:${smtp.port}?name=test${query}`);
    return relay!;
  };

  test('knows what the relay offers, after STARTTLS too', async () => {
    const relay = await start(
      { encryption: 'starttls', extensions: ['PIPELINING', 'SIZE 1000', 'SMTPUTF8'] },
      '&requireTLS=true&ehlo=mail.news.test',
    );
    const connection = await openConnection({ ...relay, tls: { ca: testCertificate.cert } });
    expect([...connection.offers]).toEqual(['PIPELINING', 'SIZE', 'SMTPUTF8']);
    expect(smtp.commands).toEqual(['EHLO mail.news.test', 'STARTTLS', 'EHLO mail.news.test']);
    connection.close();
  });

  test('logs in, and leaves with QUIT', async () => {
    const connection = await openConnection(await start({ extensions: ['AUTH PLAIN LOGIN'] }, '', 'u:secret@'));
    connection.close();
    await new Promise((resolve) => connection.smtp.once('end', resolve));
    expect(connection.isOpen()).toBe(false);
    expect(smtp.commands.at(-1)).toBe('QUIT');
    expect(smtp.commands.some((command) => command.startsWith('AUTH PLAIN'))).toBe(true);
  });

  const refusals: [string, Script, string, RelayFailure['stage'], number | null][] = [
    ['drops before the greeting', { greeting: { say: '', next: 'drop' } }, '', 'greeting', null],
    ['greets with 554', { greeting: { say: '554 5.3.2 no\r\n' } }, '', 'greeting', 554],
    ['greets with 421', { greeting: { say: '421 later\r\n', next: 'drop' } }, '', 'greeting', 421],
    ['greets with garbage', { greeting: { say: 'HTTP/1.1 400 Bad Request\r\n' } }, '', 'greeting', null],
    ['greets with a line of 10 MB', { greeting: { say: `220 ${'x'.repeat(1e7)}` } }, '', 'greeting', null],
    ['refuses EHLO and HELO', { EHLO: { say: '421 4.7.0 go away\r\n', next: 'drop' } }, '', 'ehlo', 421],
    ['drops at EHLO', { EHLO: { say: '', next: 'drop' } }, '', 'greeting', null],
    ['has no STARTTLS where it is required', {}, '&requireTLS=true', 'tls', 500],
    ['refuses credentials', { AUTH: { say: '535 5.7.8 wrong\r\n' } }, '', 'auth', 535],
  ];

  test.each(refusals)('fails by name when the relay %s', async (_name, script, query, stage, code) => {
    const relay = await start({ script, extensions: ['AUTH PLAIN'] }, query, 'u:secret@');
    const failure = await openConnection(relay).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: 'RelayFailure', stage, answer: { code } });
    expect(inspect(failure)).not.toMatch(/secret|c2VjcmV0/);
  });

  test('refuses a certificate that nobody vouches for', async () => {
    const relay = await start({ encryption: 'tls' });
    await expect(openConnection(relay)).rejects.toMatchObject({ stage: 'tls' });
  });

  test('refuses it after STARTTLS too, and in another name', async () => {
    const relay = await start({ encryption: 'starttls' }, '&requireTLS=true');
    await expect(openConnection(relay)).rejects.toMatchObject({ stage: 'tls' });
    await expect(openConnection({ ...relay, tls: { ca: testCertificate.cert, servername: 'other.test' } })).rejects.toMatchObject({
      stage: 'tls',
    });
  });

  test('fails at once where nobody listens, and when it is called off', async () => {
    const relay = await start({ script: { greeting: { say: '', next: 'silence' } } });
    await expect(openConnection(relay, AbortSignal.timeout(30))).rejects.toMatchObject({ stage: 'aborted' });
    await smtp.close();
    await expect(openConnection(relay)).rejects.toMatchObject({ stage: 'connect' });
  });
});

function refusalOf(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}
