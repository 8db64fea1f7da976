import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCli } from '#src/cli/run-cli';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;
const folder = mkdtempSync(join(tmpdir(), 'briefing-people-'));
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

async function run(...words: string[]) {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const { databaseUrl, smtpUrl, keys, dataDir } = app.ctx.config;
  const environment = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: databaseUrl,
    SMTP_URL: smtpUrl,
    SECRET_KEY: keys.secret,
    BRIEFING_HASH_KEY: keys.hash,
    DATA_DIR: dataDir,
  };
  const code = await runCli(['subscriber', ...words], { ...streams, environment });
  return { code, out: String(streams.stdout.read() ?? ''), talk: String(streams.stderr.read() ?? '') };
}

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const into = ['--newsletter', 'israel-briefing', '--consent-source', 'fair of 2024'];
const everybody = async () =>
  (await app.api('GET', '/v1/subscribers?limit=200')).body.items as { id: string; email: string; state: string }[];

test('import without --yes says what it would do and does nothing: 2', async () => {
  const path = file('people.csv', 'email,cadence\nanna@example.org,weekly\nnonsense,\nben@example.org,\n');
  const { code, out, talk } = await run('import', path, ...into);
  expect([code, out]).toEqual([2, '']);
  expect(talk).toContain('Would add 2 of 3 people to israel-briefing');
  expect(talk).toContain('1 invalid');
  expect(await everybody()).toEqual([]);
});

test('--dry-run does the same with 0, and names the rows', async () => {
  const { code, out, talk } = await run('import', join(folder, 'people.csv'), ...into, '--dry-run', '--yes');
  expect([code, out]).toEqual([0, 'rows=3\tadded=2\tunchanged=0\tinvalid=1\tduplicate=0\tsuppressed=0\tunsubscribed=0\n']);
  expect(talk).toMatch(/^row 3, email: /m);
  expect(await everybody()).toEqual([]);
});

test('--yes takes them in, with their consent', async () => {
  const { code, out } = await run('import', join(folder, 'people.csv'), ...into, '--yes', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ state: 'finished', counts: { rows: 3, added: 2 }, rejects: [{ row: 3, column: 'email' }] });
  const people = await everybody();
  expect(people.map(({ email, state }) => `${email} ${state}`)).toEqual(['ben@example.org active', 'anna@example.org active']);
  const { body } = await app.api('GET', `/v1/subscribers/${people[0]?.id}/consents`);
  expect(body).toMatchObject({ items: [{ kind: 'imported', source: 'fair of 2024' }], chain: { whole: true } });
});

test('a list of which nobody can be taken ends with 1', async () => {
  expect((await run('import', file('bad.csv', 'email\nnonsense\n'), ...into, '--yes')).code).toBe(1);
});

test.each([
  [['import'], 2, 'one file'],
  [['import', 'people.csv'], 2, '--newsletter'],
  [['import', 'people.csv', '--newsletter', 'israel-briefing'], 2, '--consent-source'],
  [['import', join(folder, 'nowhere.csv'), ...into], 1, 'ENOENT'],
  [['import', folder, ...into], 1, 'no file'],
  [['find'], 2, 'part of an address'],
  [['find', 'nobody@nowhere'], 4, 'Nobody'],
  [['find', 'x', '--limit', 'many'], 2, '--limit'],
  [['erase'], 2, 'one address'],
  [['erase', 'nonsense'], 2, 'no address'],
  [['erase', 'nobody@example.org', '--yes'], 4, 'no such subscriber'],
  [['erase', '999999', '--yes'], 4, 'no such subscriber'],
  [['export', 'all'], 2, 'no names'],
  [['export', '--state', 'king'], 2, 'king'],
  [['export', '--output', join(folder, 'nowhere', 'x.csv')], 1, 'ENOENT'],
])('%j ends with %d and says why', async (words, expected, why) => {
  const { code, out, talk } = await run(...words);
  expect([code, out]).toEqual([expected, '']);
  expect(talk).toContain(why);
});

test('an unknown newsletter is 4, a list that cannot be read is 1', async () => {
  const path = join(folder, 'people.csv');
  expect((await run('import', path, '--newsletter', 'the-other', '--consent-source', 'x', '--yes')).code).toBe(4);
  const { code, talk } = await run('import', file('names.csv', 'name\nAnna\n'), ...into, '--yes');
  expect([code, talk]).toEqual([1, expect.stringContaining('no column "email"')]);
});

test('find prints id, address, state and newsletters', async () => {
  const [ben] = await everybody();
  expect(await run('find', 'BEN@')).toMatchObject({ code: 0, out: `${ben?.id}\tben@example.org\tactive\tisrael-briefing active daily\n` });
  expect(JSON.parse((await run('find', 'anna', '--json')).out)).toMatchObject({ items: [{ email: 'anna@example.org' }] });
});

test('export prints CSV that can be imported again; to a file, for its owner alone and never over another', async () => {
  const printed = await run('export');
  expect(printed.code).toBe(0);
  expect(printed.out.split('\r\n').filter(Boolean)).toHaveLength(3);
  const path = join(folder, 'export.csv');
  expect(await run('export', '--output', path, '--state', 'active')).toMatchObject({ code: 0, out: '' });
  expect(readFileSync(path, 'utf8')).toBe(printed.out);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect((await run('export', '--output', path)).code).toBe(5);
  expect((await run('import', path, ...into, '--dry-run', '--json')).out).toContain('"unchanged": 2');
});

test('erase needs --yes; afterwards the same list brings nobody back', async () => {
  const asked = await run('erase', 'anna@example.org');
  expect([asked.code, asked.out]).toEqual([2, '']);
  expect(await run('erase', 'anna@example.org', '--dry-run')).toMatchObject({ code: 0, out: '' });
  expect(await everybody()).toHaveLength(2);
  expect(await run('erase', 'Anna@Example.org', '--yes')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\terased\n$/) });
  const again = await run('import', join(folder, 'people.csv'), ...into, '--yes', '--json');
  expect(JSON.parse(again.out)).toMatchObject({ counts: { added: 0, unchanged: 1, suppressed: 1 } });
  expect((await everybody()).map(({ email }) => email)).toEqual(['ben@example.org']);
  const { body } = await app.api('GET', '/v1/audit');
  expect(body.items).toContainEqual(expect.objectContaining({ actor: 'command-line:0', action: 'subscriber.erase' }));
});
