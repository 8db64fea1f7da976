import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fakeApplication, isAlive, until, type Application, type Started, type StartedFile } from './application.js';

let application: Application;
let running: Started[] = [];

beforeEach(async () => {
  application = await fakeApplication();
});

afterEach(async () => {
  for (const each of running) each.process.kill('SIGKILL');
  await Promise.all(running.map((each) => each.exit));
  running = [];
  application.remove();
});

describe('npm start', () => {
  test('says where everything is and writes it down for us alone', async () => {
    const started = start();
    const file = await started.started();
    await until(() => started.printed().includes('API key   ib_live_test'));
    expect(started.printed()).toMatch(/^Sign up {3}http.*\nStudio {4}http.*\nAPI key {3}ib_live_test$/m);
    expect(Object.keys(file.pids).toSorted()).toEqual([
      'src/server',
      'workers/catcher',
      'workers/clock',
      'workers/deliver',
      'workers/digest',
    ]);
    expect(statSync(join(application.dataDir, 'started.json')).mode & 0o777).toBe(0o600);
  });

  test('starts a dead worker again and keeps the written pids true', async () => {
    const started = start();
    const before = pidOf(await started.started(), 'workers/deliver');
    process.kill(before, 'SIGKILL');
    const after = await started.started((file) => file.pids['workers/deliver'] !== undefined && pidOf(file, 'workers/deliver') !== before);
    expect(isAlive(pidOf(after, 'workers/deliver'))).toBe(true);
    expect(started.printed()).toContain('workers/deliver ended (SIGKILL); it is started again in 500 ms');
  });

  test('stops everything with status 1 when the API dies', async () => {
    const started = start();
    const { pids } = await started.started();
    process.kill(pids['src/server']?.[0] ?? 4_194_305, 'SIGKILL');
    expect(await started.exit).toBe(1);
    expect(survivors(pids)).toEqual([]);
    expect(started.printed()).toContain('src/server ended (SIGKILL)');
  });

  test('stops everything with status 0 when asked to', async () => {
    const started = start();
    const { pids } = await started.started();
    started.process.kill('SIGTERM');
    expect(await started.exit).toBe(0);
    expect(survivors(pids)).toEqual([]);
    expect(existsSync(join(application.dataDir, 'started.json'))).toBe(false);
  });

  test('leaves no child behind when it is killed itself', async () => {
    const started = start();
    const { pids } = await started.started();
    started.process.kill('SIGKILL');
    await started.exit;
    await until(() => survivors(pids).length === 0);
  });

  test('gives up on a worker that never becomes ready', async () => {
    application.write('workers/digest.js', 'process.exit(3)');
    const started = start();
    expect(await started.exit).toBe(1);
    expect(started.printed()).toContain('workers/digest does not start (exit code 3, 3 times)');
  });

  test('refuses a second start on the same data and names process and settings', async () => {
    const started = start();
    await started.started();
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.printed()).toContain(`process ${started.process.pid}`);
    expect(second.printed()).toMatch(/DATA_DIR and PORT/);
    await started.started();
  });

  test('names PORT when the port is taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const started = start({ PORT: String(port) });
    expect(await started.exit).toBe(1);
    expect(started.printed()).toContain(`Port ${port} is taken`);
    await new Promise((resolve) => holder.close(resolve));
  });

  test('shows what the migrations say and starts nothing when they fail', async () => {
    application.write('src/migrate.js', "console.error('no such database'); process.exit(1)");
    const started = start();
    expect(await started.exit).toBe(1);
    expect(started.printed()).toBe('no such database\n');
  });
});

describe('what npm start embeds', () => {
  const print = 'console.error(JSON.stringify(process.env)); process.exit(1)';

  test('is nothing under production', async () => {
    application.write('src/migrate.js', print);
    const seen = await environmentOf({ NODE_ENV: 'production', DATABASE_URL: '' });
    expect(seen).not.toHaveProperty('SECRET_KEY');
    expect(seen).not.toHaveProperty('SMTP_URL');
    expect(seen.DATABASE_URL).toBe('');
    expect(existsSync(join(application.dataDir, 'settings.json'))).toBe(false);
    expect(existsSync(join(application.dataDir, 'postgres'))).toBe(false);
  });

  test('is the mail catcher and keys that stay the same', async () => {
    application.write('src/migrate.js', print);
    const first = await environmentOf({});
    const second = await environmentOf({});
    expect(first.SMTP_URL).toBe(`smtp://127.0.0.1:${first.BRIEFING_CATCHER_PORT}`);
    expect(first.BRIEFING_EMBEDDED).toBe('catcher');
    expect(Buffer.from(first.SECRET_KEY ?? '', 'base64url')).toHaveLength(32);
    expect([second.SECRET_KEY, second.BRIEFING_HASH_KEY]).toEqual([first.SECRET_KEY, first.BRIEFING_HASH_KEY]);
    expect(statSync(join(application.dataDir, 'settings.json')).mode & 0o777).toBe(0o600);
  });

  test('gives way to the environment, also to a setting in a file', async () => {
    application.write('src/migrate.js', print);
    const seen = await environmentOf({
      SECRET_KEY_FILE: '/run/secrets/key',
      SMTP_URL: 'smtp://relay.example',
      PUBLIC_URL: 'https://news.example',
    });
    expect(seen).not.toHaveProperty('SECRET_KEY');
    expect(seen).not.toHaveProperty('BRIEFING_EMBEDDED');
    expect(seen).toMatchObject({ SMTP_URL: 'smtp://relay.example', PUBLIC_URL: 'https://news.example' });
  });

  async function environmentOf(env: Record<string, string>): Promise<Record<string, string>> {
    const started = start(env);
    await started.exit;
    return JSON.parse(started.printed()) as Record<string, string>;
  }
});

function start(env?: Record<string, string>): Started {
  const started = application.start(env);
  running.push(started);
  return started;
}

const pidOf = (file: StartedFile, role: string): number => file.pids[role]?.[0] ?? 0;
const survivors = (pids: Record<string, number[]>): number[] => Object.values(pids).flat().filter(isAlive);
