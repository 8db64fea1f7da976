import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCli } from '#src/cli/run-cli';
import { startApp, type TestApp } from '../support/app.js';

describe('briefing <noun> <verb>', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  async function run(...words: string[]) {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const { config } = app.ctx;
    const environment = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      DATABASE_URL: config.databaseUrl,
      SMTP_URL: config.smtpUrl,
      SECRET_KEY: config.keys.secret,
      BRIEFING_HASH_KEY: config.keys.hash,
      PUBLIC_URL: config.publicUrl,
      DATA_DIR: config.dataDir,
    };
    const code = await runCli(words, { ...streams, environment });
    return { code, out: String(streams.stdout.read() ?? ''), talk: String(streams.stderr.read() ?? '') };
  }

  test('says what it can do; asked for it, on stdout and with 0', async () => {
    const asked = await run('--help');
    expect(asked).toMatchObject({ code: 0, talk: '' });
    expect(asked.out).toMatch(/article[\s\S]*digest[\s\S]*subscriber[\s\S]*doctor[\s\S]*migrate/);
    expect(await run()).toMatchObject({ code: 2, out: '', talk: asked.out });
    expect((await run('key', '--help')).out).toContain('create');
    expect((await run('key', 'create', '--help')).out).toContain('--scope');
  });

  test.each([
    [['digset', 'send'], 'Did you mean "digest"'],
    [['key', 'craete'], 'Did you mean "create"'],
    [['quite-another'], 'is no noun'],
    [['constructor'], 'is no noun'],
    [['key', 'create', '--scoop', 'x'], '--scoop'],
    [['key', 'create'], 'at least one --scope'],
    [['key', 'create', '--scope', 'everything'], 'everything'],
    [['editor', 'invite'], 'one email address'],
    [['editor', 'invite', 'a@example.org', '--role', 'king'], 'king'],
  ])('%j is not understood: 2, and says why on stderr', async (words, why) => {
    const { code, out, talk } = await run(...words);
    expect([code, out]).toEqual([2, '']);
    expect(talk).toContain(why);
  });

  test('key create prints the key alone, so that a script can take it', async () => {
    const { code, out, talk } = await run('key', 'create', '--scope', 'articles:read', '--scope', 'keys:read', '--name', 'script');
    expect(code).toBe(0);
    expect(out).toMatch(/^ib_live_\w{38}\n$/);
    expect(talk).not.toBe('');
    const answer = await app.api('GET', '/v1/keys?limit=1', undefined, { authorization: `Bearer ${out.trim()}` });
    expect(answer.body.items[0]).toMatchObject({ name: 'script', scopes: ['articles:read', 'keys:read'] });
  });

  test('--json, --quiet and --dry-run', async () => {
    const json = await run('key', 'create', '--scope', 'all', '--json', '--quiet');
    expect(JSON.parse(json.out)).toMatchObject({ key: expect.stringMatching(/^ib_live_/), scopes: expect.arrayContaining(['audit:read']) });
    expect(json.talk).toBe('');
    const before = (await app.api('GET', '/v1/keys?limit=200')).body.items.length;
    expect(await run('key', 'create', '--scope', 'all', '--dry-run')).toMatchObject({ code: 0, out: '' });
    expect((await app.api('GET', '/v1/keys?limit=200')).body.items).toHaveLength(before);
  });

  test('editor invite makes the editor and mails a link', async () => {
    expect(await run('editor', 'invite', 'Dana@example.org', '--role', 'admin')).toMatchObject({
      code: 0,
      out: 'dana@example.org\tadmin\n',
    });
    expect(await run('editor', 'invite', 'no address')).toMatchObject({ code: 1, talk: expect.stringContaining('no email address') });
  });

  test('config print --redact shows no secret', async () => {
    const { out } = await run('config', 'print', '--redact');
    expect(out).toContain(`publicUrl="${app.url}"`);
    for (const secret of [app.ctx.config.keys.secret, app.ctx.config.keys.hash, new URL(app.ctx.config.databaseUrl).password || 'none']) {
      expect(out).not.toContain(secret);
    }
    expect((await run('config', 'print')).out).toContain(app.ctx.config.keys.secret);
  });

  test('migrate may be run again', async () => {
    expect(await run('migrate')).toMatchObject({ code: 0, out: '' });
  });

  test('doctor looks at every part', async () => {
    const { out } = await run('doctor', '--json');
    const findings = JSON.parse(out) as { part: string; level: string; detail: string }[];
    const levels = Object.fromEntries(findings.map(({ part, detail, level }) => [`${part} ${detail.split(/[ ;]/)[0]}`, level]));
    expect(levels).toMatchObject({
      'settings complete': 'ok',
      'database answers': 'ok',
      'database migrated': 'ok',
      'queue answers': 'ok',
      'DKIM no': 'warn',
    });
    expect(findings.find(({ part }) => part === 'relay')).toMatchObject({ level: 'ok' });
  });

  test('settings with faults are told in words, with 1', async () => {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    expect(await runCli(['migrate'], { ...streams, environment: { NODE_ENV: 'production' } })).toBe(1);
    const talk = String(streams.stderr.read());
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'SECRET_KEY', 'MAIL_FROM', 'POSTAL_ADDRESS']) expect(talk).toContain(name);
    expect(talk).not.toMatch(/at .+:\d+:\d+/);
  });
});
