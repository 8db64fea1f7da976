import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCli } from '#src/cli/run-cli';
import { projectFile } from '#src/project';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;
const folder = mkdtempSync(join(tmpdir(), 'briefing-articles-'));
const samples = projectFile('templates/samples/articles');
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
  const code = await runCli(['article', ...words], { ...streams, environment });
  return { code, out: String(streams.stdout.read() ?? ''), talk: String(streams.stderr.read() ?? '') };
}

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

test('one bad file among many does not lose the others', async () => {
  const undated = file('undated.txt', 'No date\nat all\n');
  const { code, out, talk } = await run(
    'import',
    `${samples}/en-negev-wheat.txt`,
    undated,
    join(folder, 'absent.txt'),
    folder,
    `${samples}/he-hula-cranes.txt`,
  );
  expect(code).toBe(1);
  expect(out.split('\n').map((line) => line.split('\t').slice(0, 2))).toEqual([
    ['created', 'en-negev-wheat'],
    ['created', 'he-hula-cranes'],
    [''],
  ]);
  expect(talk).toMatch(/undated\.txt: There is no date line\. Expected: .*October 6, 2025 09:48/);
  expect(talk).toMatch(/absent\.txt: .*ENOENT/);
  expect(talk).toMatch(/This is no file/);
  const stored = await app.api('GET', '/v1/articles/he-hula-cranes');
  expect(stored.body).toMatchObject({ inLanguage: 'he', datePublished: '2026-11-17T11:10:00Z', notes: ['headline missing'] });
});

test('the same file again changes nothing, and a changed one changes it', async () => {
  const path = file('again.txt', 'Headline\nStandfirst\n2026-11-17 10:00\nOne.');
  expect((await run('import', path)).out).toMatch(/^created\tagain\tHeadline\n$/);
  expect((await run('import', path)).out).toMatch(/^unchanged\tagain/);
  file('again.txt', 'Headline\nStandfirst\n2026-11-17 10:00\nOne.\nTwo.');
  expect((await run('import', path)).out).toMatch(/^changed\tagain/);
});

test('a dry run stores nothing; --json tells programs all', async () => {
  const path = file('dry.txt', 'Standfirst, short\n2026-11-17 10:00\nOne.');
  const { code, out } = await run('import', path, '--dry-run', '--json');
  expect([code, JSON.parse(out)]).toEqual([
    0,
    { items: [{ source: path, id: 'dry', outcome: 'would store', headline: 'Standfirst', notes: ['headline missing'] }], faults: [] },
  ]);
  expect((await app.api('GET', '/v1/articles/dry')).status).toBe(404);
});

test('a newsletter gives its zone and language, --language overrides', async () => {
  await app.api('PATCH', '/v1/newsletters/israel-briefing-he', { zone: 'Europe/London' });
  const path = file('london.txt', 'Headline\nStandfirst\n2026-11-17 10:00\nOne.');
  await run('import', path, '--newsletter', 'israel-briefing-he');
  expect((await app.api('GET', '/v1/articles/london')).body).toMatchObject({ inLanguage: 'he', datePublished: '2026-11-17T10:00:00Z' });
  await run('import', path, '--newsletter', 'israel-briefing-he', '--language', 'fr');
  expect((await app.api('GET', '/v1/articles/london')).body.inLanguage).toBe('fr');
  expect((await run('import', path, '--newsletter', 'nowhere')).code).toBe(4);
  expect((await run('import', path, '--language', 'français!')).code).toBe(2);
  expect((await run('import')).code).toBe(2);
});

test('two files of one name do not overwrite each other, and no name leaves the folder', async () => {
  mkdirSync(join(folder, 'other'), { recursive: true });
  const text = 'Headline\nStandfirst\n2026-11-17 10:00\nOne.';
  const { code, out, talk } = await run('import', file('twin.txt', text), file('other/twin.txt', text), file('..up.txt', text));
  expect([code, out.match(/created/g)?.length]).toEqual([1, 2]);
  expect(talk).toContain('"twin"');
  expect(out).toContain('created\tup\t');
});

test('a file of ten megabytes, a picture and a private address are refused in words', async () => {
  const big = file('big.txt', Buffer.alloc(10 * 1024 * 1024, 'x'));
  const picture = file('picture.txt', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0]));
  const { code, out, talk } = await run('import', big, picture, 'http://127.0.0.1/', 'https://');
  expect([code, out]).toEqual([1, '']);
  for (const why of ['10 MB', 'not UTF-8', 'no address on the public internet', 'This is no address']) expect(talk).toContain(why);
});

test('list shows what is stored, newest first', async () => {
  const listed = await run('list', '--q', 'wheat drought');
  expect(listed.code).toBe(0);
  expect(listed.out).toMatch(/^2026-11-18T12:20:00Z\ten-negev-wheat\tA wheat that ripens/);
  const { items } = JSON.parse((await run('list', '--json', '--limit', '2')).out) as { items: { id: string }[] };
  expect(items).toHaveLength(2);
  expect((await run('list', '--limit', '0')).code).toBe(2);
});
