import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { projectFile } from '#src/project';
import { createDatabase } from '../support/database.js';

type Environment = Record<string, string>;

describe('the processes', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let environment: Environment;
  const started: ChildProcess[] = [];
  beforeAll(async () => {
    database = await createDatabase();
    environment = {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'development',
      DATABASE_URL: database.url,
      SMTP_URL: 'smtp://127.0.0.1:1',
      SECRET_KEY: 'test-secret-key-test-secret-key-0001',
      BRIEFING_HASH_KEY: 'test-hash-key-test-hash-key-00000001',
      DATA_DIR: mkdtempSync(join(tmpdir(), 'briefing-test-')),
      LOG_LEVEL: 'silent',
    };
  });
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL');
    await database.drop();
  });

  function start(entry: string, more: Environment = {}) {
    const child = spawn(process.execPath, [projectFile(`dist/${entry}.js`)], {
      env: { ...environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    started.push(child);
    const said = { out: '', talk: '' };
    child.stdout?.on('data', (part) => (said.out += String(part)));
    child.stderr?.on('data', (part) => (said.talk += String(part)));
    return { child, said, ended: once(child, 'exit').then(([code]) => code as number | null) };
  }

  test('the API says when it is ready, answers, and ends a running request before it stops', async () => {
    const port = String(await freePort());
    const { child, ended, said } = start('src/server', { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` });
    expect(await Promise.race([once(child, 'message'), ended.then(() => said.talk)])).toEqual([{ ready: true }, undefined]);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();
  });

  test('a taken port is told in words, with the setting', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => void holder.listen(0, resolve));
    const { port } = holder.address() as AddressInfo;
    const { ended, said } = start('src/server', { PORT: String(port) });
    expect(await ended).toBe(1);
    expect(said.talk).toContain(`Port ${port} is taken`);
    expect(said.talk).not.toMatch(/at .+:\d+:\d+/);
    holder.close();
  });

  test('/metrics moves to the admin port when there is one', async () => {
    const [port, admin] = [String(await freePort()), String(await freePort())];
    const { child, ended } = start('src/server', { PORT: port, BRIEFING_ADMIN_PORT: admin });
    await Promise.race([once(child, 'message'), ended]);
    expect((await fetch(`http://127.0.0.1:${admin}/metrics`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(404);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('a first run prints a link and a key that stays the same', async () => {
    const run = async () => {
      const { ended, said } = start('src/first-run', { BRIEFING_EMBEDDED: 'catcher', PUBLIC_URL: 'http://127.0.0.1:3000' });
      expect([await ended, said.talk]).toEqual([0, '']);
      return JSON.parse(said.out) as Record<string, string>;
    };
    const [first, second] = [await run(), await run()];
    expect(first).toEqual({
      apiKey: expect.stringMatching(/^ib_live_\w{38}$/),
      studioUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:3000\/studio\/sign-in\/[\w-]{52}$/),
      signUpUrl: 'http://127.0.0.1:3000/subscribe',
      inboxUrl: 'http://127.0.0.1:3000/inbox',
    });
    expect(second['apiKey']).toBe(first['apiKey']);
    expect(second['studioUrl']).not.toBe(first['studioUrl']);
    const file = join(environment['DATA_DIR'] ?? '', 'api-key');
    expect(readFileSync(file, 'utf8').trim()).toBe(first['apiKey']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('the catcher needs its port, and says so', async () => {
    const { ended, said } = start('workers/catcher');
    expect(await ended).toBe(1);
    expect(said.talk).toContain('BRIEFING_CATCHER_PORT');
    const port = String(await freePort());
    const catcher = start('workers/catcher', { BRIEFING_CATCHER_PORT: port });
    expect(await once(catcher.child, 'message')).toEqual([{ ready: true }, undefined]);
    catcher.child.kill('SIGTERM');
    expect(await catcher.ended).toBe(0);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
