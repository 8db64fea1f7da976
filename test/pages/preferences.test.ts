import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { writeLink } from '#src/links';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
let start: Date;
let count = 0;
let anna: string;
let path: string;

beforeAll(async () => {
  app = await startReaderApp();
  start = app.clock.now;
});
afterAll(() => app.close());

/** A new reader for each test. */
beforeEach(async () => {
  app.clock.now = start;
  count += 1;
  anna = `anna${count}@example.org`;
  await app.join(anna);
  path = await app.mailedPath(anna, '/preferences/');
});

async function save(fields: [string, string][]): Promise<Response> {
  const html = await (await app.get(path)).text();
  const version = /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';
  return app.post(path, [['version', version], ['language', 'en'], ...fields]);
}
/** What is stored of somebody, by the newsletters' order. */
async function storedOf(address: string): Promise<unknown[]> {
  const { rows } = await app.ctx.pool.query(
    `SELECT slug, cadences, paused_until, s.language, s.state FROM subscription AS s JOIN subscriber ON subscriber.id = subscriber_id
     JOIN newsletter ON newsletter.id = newsletter_id WHERE address = $1 ORDER BY newsletter.id`,
    [address],
  );
  return rows as unknown[];
}

test('a pause lasts until the first moment of its day in Israel', async () => {
  await save([
    ['israel-briefing', 'daily'],
    ['pausedUntil', dayFromNow(10)],
  ]);
  expect(await storedOf(anna)).toMatchObject([{ paused_until: expect.any(Date) }]);
  expect(await (await app.get(path)).text()).toContain(`value="${dayFromNow(10)}"`);
  await save([
    ['israel-briefing', 'daily'],
    ['pausedUntil', ''],
  ]);
  expect(await storedOf(anna)).toMatchObject([{ paused_until: null }]);
});

test.each([
  [[['pausedUntil', '2020-01-01']], 'Choose a date between tomorrow'],
  [[['pausedUntil', '2026-02-31']], 'Choose a date between tomorrow'],
  [[['newEmail', 'nonsense']], 'Enter an email address in the correct format'],
  [[['newEmail', 'same']], 'This is the address we already write to'],
] as [[string, string][], string][])('%j is shown again with what to do', async (wish, message) => {
  const fields = wish.map(([name, value]): [string, string] => [name, value === 'same' ? anna : value]);
  const before = await app.rows();
  const response = await save([['israel-briefing', 'daily'], ...fields]);
  const html = await response.text();
  expect([response.status, html]).toEqual([422, expect.stringContaining(message)]);
  expect(html).toContain(`value="${fields[0]?.[1] ?? ''}"`);
  expect(await app.rows()).toBe(before);
});

test('nothing chosen at all is a question, not a goodbye', async () => {
  expect((await save([])).status).toBe(422);
  expect((await save([['israel-briefing-he', 'daily']])).status).toBe(303);
  expect(await storedOf(anna)).toMatchObject([{ state: 'left' }, { state: 'active' }]);
});

test('a new address takes over only when it confirms', async () => {
  await save([
    ['israel-briefing', 'daily'],
    ['newEmail', 'Anna.New@example.org'],
  ]);
  await app.drain();
  expect(await storedOf('anna.new@example.org')).toEqual([]);
  const confirm = await app.mailedPath('anna.new@example.org', '/confirm/');
  expect(await (await app.get(confirm)).text()).toContain('Yes, use this address');
  expect((await app.post(confirm, {})).status).toBe(303);
  expect(await storedOf(anna)).toEqual([]);
  expect(await storedOf('anna.new@example.org')).toMatchObject([{ state: 'active' }]);
  expect(await (await app.get(confirm)).text()).toContain('Address changed');
  expect((await app.post(confirm, {})).status).toBe(303);
  await app.drain();
  const told = (await app.inbox.messages(anna)).at(-1);
  expect(told?.subject).toBe('Israel Briefing now goes to another address');
  expect(told?.text).not.toContain('anna.new');
});

test.each([
  ['an unsubscribe link, which lives for ever', () => app.mailedPath(anna, '/u/').then(preferencesBehind)],
  ['a mail that is older than a week', () => preferencesOf(anna, 8)],
])('by %s no address can be changed: a fresh mail is needed', async (_, open) => {
  path = await open();
  const html = await (await app.get(path)).text();
  expect(html).not.toContain('name="newEmail"');
  const refused = await save([
    ['israel-briefing', 'daily'],
    ['newEmail', 'thief@example.org'],
  ]);
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('ask for a fresh link first')]);
  expect((await save([['israel-briefing', 'weekly']])).status).toBe(303);
  await app.drain();
  expect(await app.inbox.messages('thief@example.org')).toEqual([]);
  expect((await app.post(path, { ask: 'data' })).status).toBe(303);
  await app.drain();
  const behind = await (await app.get(await app.mailedPath(anna, '/data/'))).text();
  path = /href="(\/preferences\/[^"]+)"/.exec(behind)?.[1] ?? '';
  expect(await (await app.get(path)).text()).toContain('name="newEmail"');
});

async function preferencesBehind(leavePath: string): Promise<string> {
  const html = await (await app.get(leavePath)).text();
  return /href="(\/preferences\/[^"]+)"/.exec(html)?.[1] ?? '';
}

async function preferencesOf(address: string, daysOld: number): Promise<string> {
  const { rows } = await app.ctx.pool.query<{ id: string }>(
    'SELECT subscription.id FROM subscription JOIN subscriber ON subscriber.id = subscriber_id WHERE address = $1',
    [address],
  );
  const at = new Date(app.clock.now.getTime() - daysOld * 24 * 3_600_000);
  return `/preferences/${writeLink(app.ctx.config.keys, 'preferences', rows[0]?.id ?? '', at)}`;
}

test('a new address that subscribes already becomes one person with the old', async () => {
  await app.join('ben@example.org', { newsletter: 'israel-briefing-he' });
  await save([
    ['israel-briefing', 'daily'],
    ['newEmail', 'ben@example.org'],
  ]);
  app.clock.now = new Date(app.clock.now.getTime() + 3_600_000);
  await app.drain();
  await app.post(await app.mailedPath('ben@example.org', '/confirm/'), {});
  expect(await storedOf('ben@example.org')).toMatchObject([
    { slug: 'israel-briefing', state: 'active' },
    { slug: 'israel-briefing-he', state: 'active' },
  ]);
});

test('another reader’s token changes nothing of mine', async () => {
  await app.join('carol@example.org');
  const { rows } = await app.ctx.pool.query<{ id: string }>('SELECT id FROM subscription ORDER BY id DESC LIMIT 1');
  const theirs = `/preferences/${writeLink(app.ctx.config.keys, 'preferences', rows[0]?.id ?? '', app.clock.now)}`;
  const html = await (await app.get(theirs)).text();
  const version = /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';
  await app.post(theirs, [
    ['version', version],
    ['israel-briefing', 'breaking'],
    ['language', 'he'],
  ]);
  expect(await storedOf(anna)).toMatchObject([{ cadences: ['daily'], language: 'en' }]);
  expect(await storedOf('carol@example.org')).toMatchObject([{ cadences: ['breaking'], language: 'he' }]);
});

function dayFromNow(days: number): string {
  return new Date(app.clock.now.getTime() + days * 24 * 3_600_000).toISOString().slice(0, 10);
}
