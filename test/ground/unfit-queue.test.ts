import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { findQueueFaults } from '#src/find-queue-faults';
import { projectFile } from '#src/project';
import { createDatabase } from '../support/database.js';

const redisUrl = process.env['TEST_REDIS_URL'] ?? '';
let redis: Redis;
let usual: string;
const accounts: string[] = [];
beforeEach(async () => {
  if (redisUrl === '') throw new Error('TEST_REDIS_URL is absent: there is no Redis to test on');
  redis = new Redis(redisUrl);
  usual = (await redis.config('GET', 'maxmemory-policy'))[1] ?? 'noeviction';
});
afterEach(async () => {
  await policy(usual);
  for (const account of accounts.splice(0)) await redis.call('ACL', 'DELUSER', account);
  redis.disconnect();
});

/** Of the whole server, not of a database: put back after each test. Without maxmemory nothing is evicted meanwhile. */
const policy = (name: string) => redis.config('SET', 'maxmemory-policy', name);

/** Another account of the same Redis, which may do all but what is named. */
async function accountWithout(...commands: string[]): Promise<string> {
  const name = `service-${randomBytes(6).toString('hex')}`;
  await redis.call('ACL', 'SETUSER', name, 'on', '>secret', '~*', '&*', '+@all', ...commands.map((command) => `-${command}`));
  accounts.push(name);
  const url = new URL(redisUrl);
  [url.username, url.password] = [name, 'secret'];
  return url.href;
}

const fine = { faults: [], warnings: [] };

test.each(['allkeys-lru', 'volatile-ttl', 'allkeys-random'])('a Redis with %s is refused, and told how to mend it', async (name) => {
  await policy(name);
  const { faults } = await findQueueFaults({ redisUrl });
  expect(faults).toEqual([expect.stringMatching(new RegExp(`maxmemory-policy ${name} .*CONFIG SET maxmemory-policy noeviction`))]);
  await policy('noeviction');
  expect(await findQueueFaults({ redisUrl })).toEqual(fine);
});

test('a managed Redis that forbids CONFIG is asked by INFO; one that forbids both is warned of', async () => {
  await policy('allkeys-lfu');
  expect((await findQueueFaults({ redisUrl: await accountWithout('config') })).faults).toHaveLength(1);
  expect((await findQueueFaults({ redisUrl: await accountWithout('info') })).faults).toHaveLength(1);
  const silent = await findQueueFaults({ redisUrl: await accountWithout('config', 'info') });
  expect(silent).toEqual({ faults: [], warnings: [expect.stringContaining('does not tell its maxmemory-policy')] });
});

test('a Redis that is away is no fault: it may come back, and the rows ring for it', async () => {
  const { faults, warnings } = await findQueueFaults({ redisUrl: `redis://127.0.0.1:${await closedPort()}` });
  expect([faults, warnings]).toEqual([[], [expect.stringContaining('cannot be asked')]]);
  expect(await findQueueFaults({ redisUrl: null })).toEqual(fine);
});

test('the API refuses to start on such a Redis, in words', async () => {
  const database = await createDatabase();
  await policy('allkeys-lru');
  const child = spawn(process.execPath, [projectFile('dist/src/server.js')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl,
      SMTP_URL: 'smtp://127.0.0.1:1',
      SECRET_KEY: 'test-secret-key-test-secret-key-0001',
      DATA_DIR: mkdtempSync(join(tmpdir(), 'briefing-test-')),
      LOG_LEVEL: 'silent',
      PORT: String(await closedPort()),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let talk = '';
  child.stderr.on('data', (part) => (talk += String(part)));
  try {
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(talk).toContain('REDIS_URL: Redis has maxmemory-policy allkeys-lru');
    expect(talk).not.toMatch(/at .+:\d+:\d+/);
  } finally {
    child.kill('SIGKILL');
    await database.drop();
  }
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
