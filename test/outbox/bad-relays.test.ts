import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { listDeliveries } from '#src/outbox/list-deliveries';
import { openSender } from '#src/outbox/sender';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { type OutboxStage, openOutboxStage } from '../support/outbox-stage.js';
import { type Encryption, type Script, type ScriptedSmtp, startScriptedSmtp } from '../support/scripted-smtp.js';

/**
 * The real sender, from lease to outcome, at relays that behave badly: every reader ends in a named state, nothing left is lost and nothing
 * that may have left is sent again.
 */
let stage: OutboxStage;
let relay: ScriptedSmtp;
let id: string;
afterEach(async () => {
  await stage.close();
  await relay.close();
});

interface Setting {
  encryption?: Encryption;
  query?: string;
  user?: string;
}

async function setStage(script: Script, { encryption = 'plain', query = '', user = '' }: Setting = {}): Promise<void> {
  relay = await startScriptedSmtp({ script, encryption });
  const scheme = encryption === 'tls' ? 'smtps' : 'smtp';
  const url = `${scheme}://${user}127.0.0.1:${relay.port}?connections=1&${query}`;
  stage = await openOutboxStage('', { SMTP_URL: url.replace(/&$/, ''), LOG_LEVEL: 'silent' });
  await addReaders(stage.ctx, 3);
  id = await freezeDigestFor(stage.ctx);
}

/** Each reader's reason, or the state where there is none. */
async function states(): Promise<string[]> {
  const rows = await listDeliveries(stage.ctx.db, id, { limit: 10 });
  return rows.map(({ state, reason }) => (reason ? `${state} ${reason}` : state));
}

/** The relay is well again, and what waited for later is due. */
async function heal(): Promise<void> {
  relay.play({});
  await sql`UPDATE outcome SET retry_at = now() WHERE state = 'deferred'`.execute(stage.ctx.db);
  await sql`UPDATE slice SET not_before = now()`.execute(stage.ctx.db);
  await stage.drain();
}

const readersIn = (messages: string[]) => messages.map((message) => (/^To: (.+)$/m.exec(message)?.[1] ?? '').trim()).toSorted();
const everybody = ['r1@example.org', 'r2@example.org', 'r3@example.org'];
const tenMegabytes = 'x'.repeat(10_000_000);

describe('nobody is lost and nobody is mailed at a relay', () => {
  test.each<[string, Script, string]>([
    ['that greets with garbage', { greeting: { say: 'SSH-2.0-OpenSSH_9.6\r\n' } }, 'waiting'],
    ['that greets with NULs', { greeting: { say: '\0\0\0\0\r\n' } }, 'waiting'],
    ['that greets with a line of 10 MB', { greeting: { say: `220 ${tenMegabytes}\r\n` } }, 'waiting'],
    ['that wants no one', { greeting: { say: '554 5.3.2 go away\r\n' } }, 'waiting'],
    ['that is too busy to greet', { greeting: { say: '421 4.3.2 busy\r\n', next: 'drop' } }, 'waiting'],
    ['that greets with half a line', { greeting: { say: '22', next: 'drop' } }, 'waiting'],
    ['that answers EHLO with half a list', { EHLO: { say: '250-relay.test\r\n250-PIPEL', next: 'drop' } }, 'waiting'],
    ['that answers EHLO with 10 MB', { EHLO: { say: `250-relay.test\r\n250 ${tenMegabytes}\r\n` } }, 'waiting'],
    ['that answers MAIL with a line of 10 MB', { MAIL: { say: `250 ${tenMegabytes}\r\n` } }, 'waiting'],
    ['that answers RCPT with NULs', { RCPT: { say: '\0\0\r\n' } }, 'waiting'],
    ['that answers RCPT with a line of 10 MB', { RCPT: { say: `550 5.1.1 ${tenMegabytes}\r\n` } }, 'waiting'],
    ['that answers DATA with 250', { DATA: { say: '250 ok\r\n' } }, 'waiting'],
    ['that answers DATA with garbage', { DATA: { say: 'go on then\r\n' } }, 'waiting'],
    ['that answers DATA with a line of 10 MB', { DATA: { say: `354 ${tenMegabytes}\r\n` } }, 'waiting'],
    ['that answers DATA with half a reply', { DATA: { say: '35', next: 'drop' } }, 'waiting'],
    ['that refuses our sender', { MAIL: { say: '550 5.7.1 not from you\r\n' } }, 'waiting'],
    ['that wants a login which we have not', { MAIL: { say: '530 5.7.0 authentication required\r\n' } }, 'waiting'],
  ])('%s', async (_name, script, state) => {
    await setStage(script);
    await stage.drain();
    expect(await states()).toEqual([state, state, state]);
    expect(relay.messages.filter((message) => message.includes('Message-ID'))).toEqual([]);
    await heal();
    expect(await states()).toEqual(['accepted', 'accepted', 'accepted']);
    expect(readersIn(relay.messages.filter((message) => message.includes('Message-ID')))).toEqual(everybody);
  });
});

describe('whoever may have it is unknown, and is not mailed again, at a relay', () => {
  test.each<[string, Script]>([
    ['that answers the dot with garbage', { dot: { say: 'thank you\r\n' } }],
    ['that answers the dot with NULs', { dot: { say: '\0\0\0\r\n' } }],
    ['that answers the dot with a line of 10 MB', { dot: { say: `250 ${tenMegabytes}\r\n` } }],
    ['that answers the dot with half a reply', { dot: { say: '250-2.0.0 qu', next: 'drop' } }],
    ['that answers the dot with half a reply of several lines', { dot: { say: '250-2.0.0 one\r\n', next: 'drop' } }],
  ])('%s', async (_name, script) => {
    await setStage(script);
    await stage.drain();
    const before = (await states()).toSorted();
    expect(before[0]).toBe('unknown relay');
    expect(before.filter((state) => state === 'unknown relay')).toHaveLength(relay.messages.length);
    expect(before.filter((state) => state === 'waiting')).toHaveLength(3 - relay.messages.length);
    await heal();
    expect((await states()).map((state) => state.slice(0, 8).trimEnd()).toSorted()).toEqual(
      before.map((state) => (state === 'waiting' ? 'accepted' : 'unknown')).toSorted(),
    );
    expect(readersIn(relay.messages)).toEqual(everybody);
  });
});

describe('no byte of mail and no password crosses', () => {
  test.each<[string, Script, Setting]>([
    ['when STARTTLS is refused', { STARTTLS: { say: '454 4.7.0 not now\r\n' } }, { encryption: 'starttls', query: 'requireTLS=true' }],
    ['when STARTTLS is stripped', {}, { encryption: 'plain', query: 'requireTLS=true' }],
    ['when nobody vouches for the certificate', {}, { encryption: 'starttls', query: 'requireTLS=true' }],
    ['when nobody vouches for it from the first byte', {}, { encryption: 'tls' }],
    ['when the certificate is of another name', {}, { encryption: 'tls', query: 'tls.servername=mail.example.org' }],
  ])('%s', async (_name, script, setting) => {
    await setStage(script, { ...setting, user: 'us:secret@' });
    await stage.drain();
    expect(await states()).toEqual(['waiting', 'waiting', 'waiting']);
    expect(relay.commands.filter((command) => /^(AUTH|MAIL|RCPT|DATA)/.test(command))).toEqual([]);
  });
});

test('what somebody slips in behind the answer to STARTTLS is not taken for the relay’s', async () => {
  const script = { STARTTLS: { say: '220 go\r\n250-relay.test\r\n250 SMTPUTF8\r\n235 in\r\n' } };
  await setStage(script, { encryption: 'starttls', query: 'requireTLS=true&tls.rejectUnauthorized=false', user: 'us:secret@' });
  await stage.drain();
  expect(relay.commands.slice(0, 4).map((command) => command.split(' ')[0])).toEqual(['EHLO', 'STARTTLS', 'EHLO', 'AUTH']);
  expect([await states(), readersIn(relay.messages)]).toEqual([['accepted', 'accepted', 'accepted'], everybody]);
});

describe('a relay that goes bad in mid-send', () => {
  test('by refusing our password once it has let us in: the others wait, and go when it believes us again', async () => {
    const logins = () => relay.commands.filter((command) => command.startsWith('AUTH')).length;
    const script: Script = { dot: { say: '250 2.0.0 queued\r\n', next: 'drop' } };
    Object.defineProperty(script, 'AUTH', { get: () => (logins() > 1 ? { say: '535 5.7.8 who are you?\r\n' } : undefined) });
    await setStage(script, { user: 'us:secret@' });
    await stage.drain();
    expect((await states()).toSorted()).toEqual(['accepted', 'waiting', 'waiting']);
    await sql`UPDATE slice SET not_before = now()`.execute(stage.ctx.db);
    await stage.drain();
    expect([logins(), (await states()).toSorted()]).toEqual([2, ['accepted', 'waiting', 'waiting']]);
    await heal();
    expect(await states()).toEqual(['accepted', 'accepted', 'accepted']);
    expect(readersIn(relay.messages)).toEqual(everybody);
  });

  test('by a 421 after every second message: everybody is reached in the end, each once', async () => {
    relay = await startScriptedSmtp();
    stage = await openOutboxStage('connections=1', { LOG_LEVEL: 'silent' });
    await addReaders(stage.ctx, 5);
    id = await freezeDigestFor(stage.ctx);
    let begun = 0;
    let refused = 0;
    stage.witness.behave = (step) => {
      if (step !== 'MAIL' || (begun += 1) % 3 !== 0) return undefined;
      refused += 1;
      return '421 4.7.0 too many messages on this connection';
    };
    stage.startSenders(1);
    await stage.until(async () => (await stage.totals(id)).accepted === 5, 40_000);
    expect(refused).toBeGreaterThan(1);
    expect(new Set(stage.witness.seen().map(({ to }) => to)).size).toBe(5);
    expect(stage.witness.seen()).toHaveLength(5);
  });

  test.each<[string, Script, string[]]>([
    ['to MAIL', { MAIL: { say: '25', next: 'silence' } }, ['waiting', 'waiting', 'waiting']],
    ['to the dot', { dot: { say: '250 2.0', next: 'silence' } }, ['unknown', 'waiting', 'waiting']],
  ])('by half a reply %s and then silence: whoever stops the sender knows whose mail may have left', async (_when, script, expected) => {
    await setStage(script);
    const sender = openSender(stage.ctx.config, stage.ctx.log, stage.ctx.now);
    const running = sender.run();
    await stage.until(() => (script.MAIL ? relay.commands.some((command) => command.startsWith('MAIL')) : relay.messages.length > 0));
    await sender.stop(50);
    await running;
    expect((await states()).toSorted()).toEqual(expected);
  });
});
