import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { libraryDirs, missingLibraries, unpackDebianPackages } from './debian-packages.mjs';
import { withLock } from './lock.mjs';
import { livingOwner, writeOwner } from './owner.mjs';
import { cacheDir } from './places.mjs';
import { freePort } from './port.mjs';
import { commandLine, pause, startedAt } from './processes.mjs';

/** @typedef {{ url: string, stop: () => Promise<void> }} Redis */
/** @typedef {{ program: string, libraries: string[] }} Program */

/**
 * A Redis for tests: the one that is named, else a private one from PATH, else one unpacked from Debian's packages.
 * @returns {Promise<Redis | string>} a string says why there is none
 */
export async function ensureRedis() {
  const named = process.env.TEST_REDIS_URL || process.env.REDIS_URL;
  if (named) return { url: named, stop: async () => {} };
  const program = onPath() ?? (await unpacked());
  return typeof program === 'string' ? program : startPrivate(program);
}

/** @returns {Program | undefined} */
function onPath() {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const found = ['redis-server', 'valkey-server'].map((name) => join(dir, name)).find((path) => dir !== '' && existsSync(path));
    if (found !== undefined) return { program: found, libraries: [] };
  }
  return undefined;
}

/** @returns {Promise<Program | string>} */
async function unpacked() {
  const into = join(cacheDir, 'redis');
  const problem = await withLock(join(cacheDir, 'redis.lock'), () => unpackDebianPackages(['redis-server'], into));
  if (problem !== undefined) return `${problem}. Install redis-server or valkey (macOS: brew install redis), or set TEST_REDIS_URL`;
  const program = join(into, 'usr', 'bin', 'redis-server');
  const libraries = libraryDirs(into);
  const missing = await missingLibraries(program, libraries);
  return missing.length === 0 ? { program, libraries } : `the unpacked redis-server misses ${missing.join(', ')}`;
}

/**
 * One server a run, on loopback behind a password. It loses nothing and evicts nothing: BullMQ needs both.
 * @param {Program} found @returns {Promise<Redis | string>}
 */
async function startPrivate({ program, libraries }) {
  const runs = join(cacheDir, 'redis-runs');
  sweep(runs);
  const dir = join(runs, `${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeOwner(join(dir, 'owner'));
  const password = randomBytes(24).toString('base64url');
  const port = await freePort();
  // The file name stands in the command line, so that a later sweep knows the process.
  writeFileSync(join(dir, 'redis.conf'), configuration(dir, port, password), { mode: 0o600 });
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(':') };
  const server = spawn(program, [join(dir, 'redis.conf')], { env, detached: true, stdio: 'ignore' });
  server.once('error', () => {});
  server.unref();
  for (let waited = 0; waited < 10_000 && server.exitCode === null; waited += 20) {
    if (await ping(port, password)) return { url: `redis://:${password}@127.0.0.1:${port}`, stop: () => stop(server.pid, dir) };
    await pause(20);
  }
  return `redis-server does not start; see ${join(dir, 'log')}`;
}

/** @param {string} dir @param {number} port @param {string} password */
const configuration = (dir, port, password) =>
  [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir "${dir}"`,
    `logfile "${join(dir, 'log')}"`,
    `pidfile "${join(dir, 'pid')}"`,
    // The command line keeps the directory's name, by which we know the process again.
    'set-proc-title no',
    'appendonly yes',
    'save ""',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');

/** @param {number | undefined} pid @param {string} dir */
async function stop(pid, dir) {
  if (pid !== undefined && commandLine(pid).includes(dir)) process.kill(pid, 'SIGKILL');
  while (pid !== undefined && startedAt(pid) !== undefined && commandLine(pid).includes(dir)) await pause(10);
  rmSync(dir, { recursive: true, force: true });
}

/**
 * Ends the servers of runs that were killed.
 * @param {string} runs
 */
function sweep(runs) {
  if (!existsSync(runs)) return;
  for (const name of readdirSync(runs)) {
    const dir = join(runs, name);
    if (!existsSync(join(dir, 'redis.conf')) || livingOwner(join(dir, 'owner')) !== undefined) continue;
    const pid = existsSync(join(dir, 'pid')) ? Number(readFileSync(join(dir, 'pid'), 'utf8')) : undefined;
    void stop(pid, dir);
  }
}

/** @param {number} port @param {string} password @returns {Promise<boolean>} */
function ping(port, password) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    let said = '';
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (part) => {
      said += part;
      if (said.includes('+PONG')) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(said.includes('+PONG')));
  });
}
