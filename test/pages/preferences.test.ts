import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeLink } from '#src/links';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
let path: string;

beforeEach(async () => {
  app = await startReaderApp();
  await app.join('anna@example.org');
  path = await app.mailedPath('anna@example.org', '/preferences/');
});
afterEach(() => app.close());

async function save(fields: [string, string][]): Promise<Response> {
  const html = await (await app.get(path)).text();
  const version = /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';
  return app.post(path, [['version', version], ['language', 'en'], ...fields]);
}
const read = async (query: string) => (await app.ctx.pool.query(query)).rows as unknown[];
const addresses = () => read('SELECT address FROM subscriber');
const row = () => read('SELECT cadences, paused_until, language, state FROM subscription ORDER BY id');

test('a pause lasts until the first moment of its day in Israel', async () => {
  await save([
    ['israel-briefing', 'daily'],
    ['pausedUntil', dayFromNow(10)],
  ]);
  expect(await row()).toMatchObject([{ paused_until: expect.any(Date) }]);
  expect(await (await app.get(path)).text()).toContain(`value="${dayFromNow(10)}"`);
  await save([
    ['israel-briefing', 'daily'],
    ['pausedUntil', ''],
  ]);
  expect(await row()).toMatchObject([{ paused_until: null }]);
});

test.each([
  [[['pausedUntil', '2020-01-01']], 'Choose a date between tomorrow'],
  [[['pausedUntil', '2026-02-31']], 'Choose a date between tomorrow'],
  [[['newEmail', 'nonsense']], 'Enter an email address in the correct format'],
  [[['newEmail', 'anna@example.org']], 'This is the address we already write to'],
] as [[string, string][], string][])('%j is shown again with what to do', async (fields, message) => {
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
  expect(await row()).toMatchObject([{ state: 'left' }, { state: 'active' }]);
});

test('a new address takes over only when it confirms', async () => {
  await save([
    ['israel-briefing', 'daily'],
    ['newEmail', 'Anna.New@example.org'],
  ]);
  await app.drain();
  expect(await addresses()).toEqual([{ address: 'anna@example.org' }]);
  const confirm = await app.mailedPath('anna.new@example.org', '/confirm/');
  expect(await (await app.get(confirm)).text()).toContain('Yes, use this address');
  expect((await app.post(confirm, {})).status).toBe(303);
  expect(await addresses()).toEqual([{ address: 'anna.new@example.org' }]);
  expect(await (await app.get(confirm)).text()).toContain('Address changed');
  expect((await app.post(confirm, {})).status).toBe(303);
});

test('a new address that subscribes already becomes one person with the old', async () => {
  await app.join('ben@example.org', { newsletter: 'israel-briefing-he' });
  await save([
    ['israel-briefing', 'daily'],
    ['newEmail', 'ben@example.org'],
  ]);
  app.clock.now = new Date(app.clock.now.getTime() + 3_600_000);
  await app.drain();
  await app.post(await app.mailedPath('ben@example.org', '/confirm/'), {});
  const { rows } = await app.ctx.pool.query(
    `SELECT slug, s.state FROM subscription AS s JOIN subscriber ON subscriber.id = subscriber_id JOIN newsletter AS n ON n.id = newsletter_id
     WHERE address = 'ben@example.org' ORDER BY n.id`,
  );
  expect(rows).toEqual([
    { slug: 'israel-briefing', state: 'active' },
    { slug: 'israel-briefing-he', state: 'active' },
  ]);
});

test('another reader’s token changes nothing of mine', async () => {
  await app.join('ben@example.org');
  const { rows } = await app.ctx.pool.query<{ id: string }>('SELECT id FROM subscription ORDER BY id DESC LIMIT 1');
  const theirs = `/preferences/${writeLink(app.ctx.config.keys, 'preferences', rows[0]?.id ?? '', app.clock.now)}`;
  const html = await (await app.get(theirs)).text();
  const version = /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';
  await app.post(theirs, [
    ['version', version],
    ['israel-briefing', 'breaking'],
    ['language', 'he'],
  ]);
  expect(await row()).toMatchObject([
    { cadences: ['daily'], language: 'en' },
    { cadences: ['breaking'], language: 'he' },
  ]);
});

function dayFromNow(days: number): string {
  return new Date(app.clock.now.getTime() + days * 24 * 3_600_000).toISOString().slice(0, 10);
}
