import { afterEach, describe, expect, test } from '@jest/globals';
import { handOver, type HandOverHooks } from '#src/mail/hand-over';
import type { HandOverResult } from '#src/mail/hand-over-result';
import { openConnection, type RelayConnection } from '#src/mail/open-connection';
import { parseRelays, type Relay } from '#src/mail/relay';
import { verdict, type Verdict } from '#src/mail/verdict';
import { startScriptedSmtp, type Encryption, type Script, type ScriptedSmtp, type ScriptedSmtpOptions } from '../support/scripted-smtp.js';
import { testCertificate } from '../support/test-certificate.js';

type Expected = Partial<HandOverResult> & { state: Verdict['state'] };

const beforeDot = { side: 'before-dot' } as const;
const afterDot = { side: 'after-dot', step: 'dot' } as const;
const silence = { say: '', next: 'silence' } as const;
const silent = { code: null, reply: null } as const;

const cases: [string, Script, Expected][] = [
  ['says yes', {}, { ...afterDot, code: 250, enhanced: '2.0.0', error: null, state: 'accepted' }],
  ['says yes in several lines', { dot: { say: '250-2.0.0 first\r\n250 2.0.0 last\r\n' } }, { ...afterDot, code: 250, state: 'accepted' }],
  [
    'says yes in two halves',
    { dot: { say: '250-2.0.0 first\r\n250 2.0.0 la', next: 'silence' } },
    { ...afterDot, ...silent, error: 'aborted', state: 'unknown' },
  ],
  [
    'refuses the sender for now',
    { MAIL: { say: '451 4.3.0 later\r\n' } },
    { ...beforeDot, step: 'MAIL', code: 451, error: 'refused', state: 'waiting' },
  ],
  [
    'refuses the sender',
    { MAIL: { say: '550 5.7.1 not you\r\n' } },
    { ...beforeDot, step: 'MAIL', code: 550, error: 'refused', state: 'waiting' },
  ],
  ['drops at MAIL', { MAIL: { say: '', next: 'drop' } }, { ...beforeDot, ...silent, error: 'lost', state: 'waiting' }],
  [
    'refuses the reader for now',
    { RCPT: { say: '450 4.2.1 busy\r\n' }, DATA: noRecipients() },
    { ...beforeDot, step: 'RCPT', code: 450, enhanced: '4.2.1', error: 'refused', state: 'deferred' },
  ],
  [
    'refuses the reader',
    { RCPT: { say: '550 5.1.1 nobody\r\n' }, DATA: noRecipients() },
    { ...beforeDot, step: 'RCPT', code: 550, enhanced: '5.1.1', state: 'rejected' },
  ],
  [
    'refuses the reader in several lines',
    { RCPT: { say: '550-5.1.1 nobody\r\n550 5.1.1 here\r\n' }, DATA: noRecipients() },
    { ...beforeDot, step: 'RCPT', code: 550, reply: '550-5.1.1 nobody 550 5.1.1 here', state: 'rejected' },
  ],
  [
    'refuses the reader and takes DATA all the same',
    { RCPT: { say: '550 5.1.1 nobody\r\n' } },
    { ...beforeDot, step: 'RCPT', code: 550, state: 'rejected' },
  ],
  [
    'refuses the reader and drops',
    { RCPT: { say: '550 5.1.1 nobody\r\n', next: 'drop' } },
    { ...beforeDot, step: 'RCPT', code: 550, state: 'rejected' },
  ],
  [
    'says 421 at RCPT and drops',
    { RCPT: { say: '421 4.7.0 slow down\r\n', next: 'drop' } },
    { ...beforeDot, step: 'RCPT', code: 421, state: 'deferred' },
  ],
  [
    'answers RCPT with garbage',
    { RCPT: { say: 'banana\r\n' }, DATA: noRecipients() },
    { ...beforeDot, code: null, error: 'protocol', state: 'waiting' },
  ],
  ['drops at RCPT', { RCPT: { say: '', next: 'drop' } }, { ...beforeDot, ...silent, error: 'lost', state: 'waiting' }],
  [
    'refuses DATA for now',
    { DATA: { say: '451 4.3.1 full\r\n' } },
    { ...beforeDot, step: 'DATA', code: 451, error: 'refused', state: 'deferred' },
  ],
  ['refuses DATA', { DATA: { say: '554 5.6.0 no\r\n' } }, { ...beforeDot, step: 'DATA', code: 554, error: 'refused', state: 'rejected' }],
  [
    'answers DATA with 250',
    { DATA: { say: '250 ok\r\n' } },
    { ...beforeDot, step: 'DATA', code: 250, error: 'protocol', state: 'waiting' },
  ],
  ['drops at DATA', { DATA: { say: '', next: 'drop' } }, { ...beforeDot, ...silent, error: 'lost', state: 'waiting' }],
  [
    'sends 354 and a 250 at once',
    { DATA: { say: '354 go\r\n250 early\r\n' } },
    { ...beforeDot, step: 'DATA', code: 250, error: 'protocol', state: 'waiting' },
  ],
  [
    'sends one reply too many before DATA',
    { MAIL: { say: '250 ok\r\n250 ok\r\n' } },
    { ...beforeDot, step: 'DATA', code: 250, error: 'protocol', state: 'waiting' },
  ],
  [
    'refuses in mid-body',
    { DATA: { say: '354 go\r\n552 5.3.4 too big\r\n' } },
    { ...beforeDot, step: 'DATA', code: 552, error: 'refused', state: 'rejected' },
  ],
  ['drops in mid-body', { DATA: { say: '354 go\r\n', next: 'drop' } }, { ...beforeDot, ...silent, error: 'lost', state: 'waiting' }],
  ['drops after the dot', { dot: { say: '', next: 'drop' } }, { ...afterDot, ...silent, error: 'lost', state: 'unknown' }],
  ['drops after half a yes', { dot: { say: '250 2.0', next: 'drop' } }, { ...afterDot, code: null, error: 'lost', state: 'unknown' }],
  [
    'drops after half a reply of several lines',
    { dot: { say: '550-5.1.1 no\r\n', next: 'drop' } },
    { ...afterDot, code: null, error: 'lost', state: 'unknown' },
  ],
  [
    'refuses the message for now',
    { dot: { say: '451 4.7.1 greylisted\r\n' } },
    { ...afterDot, code: 451, enhanced: '4.7.1', error: 'refused', state: 'deferred' },
  ],
  [
    'refuses the message',
    { dot: { say: '550 5.7.26 unauthenticated\r\n' } },
    { ...afterDot, code: 550, enhanced: '5.7.26', state: 'rejected' },
  ],
  ['says 421 after the dot', { dot: { say: '421 4.3.2 closing\r\n', next: 'drop' } }, { ...afterDot, code: 421, state: 'deferred' }],
  ['says "2 great" after the dot', { dot: { say: '2 great\r\n' } }, { ...afterDot, code: null, error: 'protocol', state: 'unknown' }],
  ['says "250great" after the dot', { dot: { say: '250great\r\n' } }, { ...afterDot, code: null, error: 'protocol', state: 'unknown' }],
  ['answers the dot with 354', { dot: { say: '354 more\r\n' } }, { ...afterDot, code: null, error: 'protocol', state: 'unknown' }],
  ['answers the dot with NULs', { dot: { say: '\0\0\0\r\n' } }, { ...afterDot, code: null, error: 'protocol', state: 'unknown' }],
  [
    'answers the dot with a line of 2 MB',
    { dot: { say: `250 ${'x'.repeat(2e6)}\r\n` } },
    { ...afterDot, code: null, error: 'protocol', state: 'unknown' },
  ],
];

function noRecipients() {
  return { say: '554 5.5.1 no valid recipients\r\n' };
}

let smtp: ScriptedSmtp;
const servers: ScriptedSmtp[] = [];
const connections: RelayConnection[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.smtp.close();
  for (const server of servers.splice(0)) await server.close();
});

describe.each<Encryption>(['plain', 'starttls', 'tls'])('a relay on %s', (encryption) => {
  test.each(cases)('that %s', async (_name, script, { state, ...expected }) => {
    const connection = await connect({ script, encryption });
    const marks: string[] = [];
    const cancel = expected.error === 'aborted' ? AbortSignal.timeout(100) : undefined;
    const result = await handOver(connection, envelope, message(), { beforeDot: () => marks.push('dot') > 0 }, cancel);
    expect(result).toMatchObject(expected);
    expect(verdict(result).state).toBe(state);
    expect(marks).toEqual(result.side === 'after-dot' ? ['dot'] : []);
    expect(smtp.messages.filter((each) => each !== '')).toEqual(result.side === 'after-dot' ? [message().join('')] : []);
  });
});

describe('the dot', () => {
  test.each<[string, HandOverHooks['beforeDot']]>([
    ['says no', () => false],
    [
      'throws',
      () => {
        throw new Error('journal is full');
      },
    ],
  ])('stays here when the hook %s', async (_name, hook) => {
    const connection = await connect({});
    const result = await handOver(connection, envelope, message(), { beforeDot: hook });
    expect(result).toMatchObject({ side: 'before-dot', error: 'void' });
    expect(verdict(result).state).toBe('waiting');
    expect(connection.isOpen()).toBe(false);
    await turns();
    expect(smtp.messages).toEqual([]);
  });

  test('is asked for once every other byte was written, and leaves once', async () => {
    const connection = await connect({});
    let written = 0;
    const before = connection.socket.bytesWritten;
    await handOver(connection, envelope, message(), { beforeDot: () => ((written = connection.socket.bytesWritten - before), true) });
    const terminator = '\r\n.\r\n'.length;
    expect(connection.socket.bytesWritten - before - written).toBe(terminator);
  });

  test.each([
    ['a yes', '250 2.0.0 early\r\n', { code: 250, error: 'protocol' }, 'waiting'],
    ['a no', '552 5.3.4 too big\r\n', { code: 552, error: 'refused' }, 'rejected'],
  ])('stays here when %s comes in mid-body', async (_name, say, expected, state) => {
    const connection = await connect({ script: { midBody: { say } } });
    const large = [...message(), Buffer.alloc(30_000_000, 'line of a very long body\r\n')];
    const result = await handOver(connection, envelope, [...large, Buffer.from('\r\n')], yes);
    expect(result).toMatchObject({ side: 'before-dot', step: 'DATA', ...expected });
    expect(verdict(result).state).toBe(state);
    expect(smtp.messages).toEqual([]);
  });

  test('after an abort is unknown, before it is not', async () => {
    const connection = await connect({ script: { dot: silence } });
    const stop = new AbortController();
    const hand = handOver(connection, envelope, message(), { beforeDot: () => (setTimeout(() => stop.abort(), 20), true) }, stop.signal);
    expect(verdict(await hand).state).toBe('unknown');
    const second = await connect({ script: { RCPT: silence } });
    const early = await handOver(second, envelope, message(), yes, AbortSignal.timeout(20));
    expect(early).toMatchObject({ side: 'before-dot', error: 'aborted' });
  });

  test.each([
    ['a relay that is silent at MAIL', { MAIL: silence }, { side: 'before-dot', error: 'timeout' }, 'waiting'],
    ['a relay that is silent after the dot', { dot: silence }, { side: 'after-dot', error: 'timeout' }, 'unknown'],
  ])('and %s', async (_name, script, expected, state) => {
    const connection = await connect({ script });
    connection.socket.setTimeout(80);
    const result = await handOver(connection, envelope, message(), yes);
    expect(result).toMatchObject(expected);
    expect(verdict(result).state).toBe(state);
  });

  test('settles when somebody else closes the connection', async () => {
    const connection = await connect({ script: { dot: silence } });
    const hand = handOver(connection, envelope, message(), { beforeDot: () => (setImmediate(() => connection.smtp.close()), true) });
    expect(await hand).toMatchObject({ side: 'after-dot', error: 'lost' });
    expect(await handOver(connection, envelope, message(), yes)).toMatchObject({ side: 'before-dot', error: 'lost' });
  });
});

describe('one connection', () => {
  test('carries many messages without RSET', async () => {
    const connection = await connect({});
    for (let n = 0; n < 20; n += 1) expect((await handOver(connection, envelope, message(), yes)).error).toBeNull();
    expect(smtp.messages).toHaveLength(20);
    expect(smtp.commands.filter((command) => command === 'RSET')).toHaveLength(0);
  });

  test.each([
    ['with', ['PIPELINING']],
    ['without', []],
  ])('goes on after a refused reader, by RSET, %s pipelining', async (_name, extensions) => {
    const connection = await connect({ script: { RCPT: { say: '550 5.1.1 nobody\r\n' }, DATA: noRecipients() }, extensions });
    expect((await handOver(connection, envelope, message(), yes)).code).toBe(550);
    smtp.play({});
    expect((await handOver(connection, envelope, message(), yes)).code).toBe(250);
    expect(smtp.commands.filter((command) => command === 'RSET')).toHaveLength(1);
  });

  test('is given up when a reply too many followed the last one', async () => {
    const connection = await connect({ script: { dot: { say: '250 ok\r\n250 ok\r\n' } } });
    expect((await handOver(connection, envelope, message(), yes)).error).toBeNull();
    smtp.play({ RCPT: { say: '550 5.1.1 nobody\r\n' } });
    expect(await handOver(connection, envelope, message(), yes)).toMatchObject({ side: 'before-dot', error: 'lost' });
  });

  test('takes an address in UTF-8 only where SMTPUTF8 is offered', async () => {
    const hebrew = { ...envelope, to: 'דנה@xn--5dbqzzl.test' };
    const without = await handOver(await connect({}), hebrew, message(), yes);
    expect(without).toMatchObject({ side: 'before-dot', error: 'no-smtputf8' });
    expect(smtp.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
    expect((await handOver(await connect({ extensions: ['SMTPUTF8', '8BITMIME'] }), hebrew, message(), yes)).error).toBeNull();
    expect(smtp.commands.find((command) => command.startsWith('MAIL'))).toContain('SMTPUTF8');
  });

  test('asks for failure notices where DSN is offered', async () => {
    await handOver(await connect({ extensions: ['DSN'] }), { ...envelope, dsnId: '12.34' }, message(), yes);
    expect(smtp.commands.join('\n')).toMatch(/RET=HDRS ENVID=12\.34[\s\S]*NOTIFY=FAILURE,DELAY/);
  });

  test('refuses a message without its last line end', async () => {
    await expect(handOver(await connect({}), envelope, [Buffer.from('cut off')], yes)).rejects.toThrow(RangeError);
  });
});

const envelope = { from: 'bounces@news.test', to: 'reader@example.test' };
const yes: HandOverHooks = { beforeDot: () => true };

function message(): Buffer[] {
  return [Buffer.from('Subject: one\r\n\r\n'), Buffer.from('A line of a digest.\r\n'.repeat(2000))];
}

async function connect(options: ScriptedSmtpOptions): Promise<RelayConnection> {
  smtp = await startScriptedSmtp(options);
  servers.push(smtp);
  const connection = await openConnection(relayTo(smtp.port, options.encryption ?? 'plain'));
  connections.push(connection);
  return connection;
}

function relayTo(port: number, encryption: Encryption): Relay {
  const [relay] = parseRelays(`${encryption === 'tls' ? 'smtps' : 'smtp'}://127.0.0.1:${port}?requireTLS=${encryption === 'starttls'}`);
  return { ...relay!, tls: { ca: testCertificate.cert } };
}

function turns(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30));
}
