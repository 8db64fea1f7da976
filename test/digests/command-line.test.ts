import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCli } from '#src/cli/run-cli';
import { freezeDigest } from '#src/digests/freeze-digest';
import { startApp, type TestApp } from '../support/app.js';
import { openNewsroom } from './newsroom.js';

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
    MAIL_FROM: config.mail.from,
    POSTAL_ADDRESS: config.mail.postalAddress,
  };
  const code = await runCli(['digest', ...words], { ...streams, environment });
  return { code, out: String(streams.stdout.read() ?? ''), talk: String(streams.stderr.read() ?? '') };
}

test('a digest is drafted, looked at, tested, sent and steered by command line', async () => {
  const newsroom = openNewsroom(app.ctx);
  const articles = [await newsroom.article(), await newsroom.article()];
  const drafted = await run('draft', ...articles, '--subject', 'By command line');
  expect([drafted.code, drafted.out]).toEqual([0, expect.stringMatching(/^\d+\n$/)]);
  const id = drafted.out.trim();

  const blocked = await run('check', id);
  expect([blocked.code, blocked.out]).toEqual([3, expect.stringContaining('Nobody would get it.')]);
  await newsroom.reader();
  expect((await run('check', id)).code).toBe(0);
  expect((await run('preview', id, '--as', 'text')).out).toContain('Israel Briefing');
  expect(JSON.parse((await run('test', id, '--to', 'desk@example.net', '--json')).out)).toEqual({ messages: 1 });

  expect((await run('send', id)).code).toBe(2);
  expect((await run('send', id, '--expect-recipients', '1')).code).toBe(1);
  expect((await run('send', id, '--expect-recipients', '9', '--yes')).code).toBe(5);
  expect(await run('send', id, '--expect-recipients', '1', '--hold-seconds', '0', '--yes')).toMatchObject({ code: 0, out: 'scheduled\n' });
  app.clock.now = new Date();
  await freezeDigest(app.ctx, id);

  expect(JSON.parse((await run('progress', id, '--json')).out)).toMatchObject({ state: 'sending', frozen: 1, waiting: 1 });
  expect(await run('resend', id, '--all', '--yes', '--json')).toMatchObject({ code: 0, out: expect.stringContaining('"items": []') });
  expect((await run('resend', id)).code).toBe(2);
  expect((await run('pause', id)).out).toBe('paused\n');
  expect((await run('resume', id)).out).toBe('sending\n');
  expect((await run('cancel', id, '--yes')).out).toBe('cancelled\n');
  expect((await run('pause', id)).code).toBe(5);
});

test('a time that is past is refused, and one to come is printed as a moment', async () => {
  const newsroom = openNewsroom(app.ctx);
  const id = (await run('draft', await newsroom.article())).out.trim();
  expect((await run('schedule', id, '--at', '2020-01-01T06:30')).code).not.toBe(0);
  expect((await run('schedule', id, '--at', '2030-01-01T06:30', '--zone', 'Asia/Jerusalem')).out).toBe('2030-01-01T04:30:00.000Z\n');
  expect((await run('progress', '999')).code).toBe(4);
});
