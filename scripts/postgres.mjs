import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { livingOwner, writeOwner } from './owner.mjs';
import { dataDir, root } from './places.mjs';
import { ensureCluster } from './postgres-cluster.mjs';
import { isRunning, shutDown, startOrAdopt, urlOf } from './postgres-server.mjs';

/** Speed before safety for data that a test makes and drops; the others must show what a real server does. */
const tunings = {
  data: {},
  test: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  faults: { fsync: 'on', synchronous_commit: 'on' },
  bench: { fsync: 'on', synchronous_commit: 'on' },
};

/**
 * A PostgreSQL of our own on loopback: adopts the running one, else starts it. Every caller is written down as a user,
 * and the last one out stops the server; who was killed counts as gone.
 * @param {object} wanted
 * @param {keyof typeof tunings} wanted.name
 * @param {string} [wanted.dataDir]
 * @param {Record<string, string>} [wanted.tuning] server settings
 * @param {(url: string) => Promise<void>} [wanted.whenAlone] what only the single user may do, before anybody joins
 * @returns {Promise<{ url: string, startedByUs: boolean, port: number, dataDirectory: string, revive: () => Promise<void>, stop: () => Promise<void> }>}
 */
export async function ensurePostgres({ name, dataDir: home = homeOf(name), tuning = {}, whenAlone }) {
  mkdirSync(join(home, 'users'), { recursive: true });
  const user = join(home, 'users', `${process.pid}-${Math.random().toString(36).slice(2)}`);
  return withLock(join(home, 'lock'), async () => {
    const cluster = await ensureCluster(root, home, name !== 'data');
    const settings = { ...tunings[name], ...tuning };
    const { port, startedByUs } = await startOrAdopt(cluster, settings);
    const url = urlOf(cluster, port);
    writeOwner(user);
    if (countUsers(home) === 1) await whenAlone?.(url);
    const revive = () => reviveServer(home, cluster, settings);
    return { url, startedByUs, port, dataDirectory: cluster.data, revive, stop: () => leave(home, cluster, user) };
  });
}

/**
 * Stops a server whose users were all killed; nothing happens while somebody uses it.
 * @param {keyof typeof tunings} name
 */
export async function stopUnused(name) {
  const home = homeOf(name);
  if (!existsSync(join(home, 'users'))) return;
  await withLock(join(home, 'lock'), async () => {
    if (countUsers(home) === 0) await shutDown(await ensureCluster(root, home, name !== 'data'));
  });
}

/**
 * How many live processes use the cluster now.
 * @param {string} home
 */
function countUsers(home) {
  const dir = join(home, 'users');
  const living = readdirSync(dir).filter((note) => {
    const alive = livingOwner(join(dir, note)) !== undefined;
    if (!alive) rmSync(join(dir, note), { force: true });
    return alive;
  });
  return living.length;
}

/**
 * The data lie with DATA_DIR; what tests and benchmarks make lies in the clone, whatever DATA_DIR says.
 * @param {keyof typeof tunings} name
 */
const homeOf = (name) => (name === 'data' ? join(dataDir(), 'postgres') : join(root, '.data', `${name}-postgres`));

/** @param {string} home @param {import('./postgres-cluster.mjs').Cluster} cluster @param {string} user */
function leave(home, cluster, user) {
  return withLock(join(home, 'lock'), async () => {
    rmSync(user, { force: true });
    if (countUsers(home) === 0) await shutDown(cluster);
  });
}

/**
 * Starts a killed server again, on its old port where that is free.
 * @param {string} home @param {import('./postgres-cluster.mjs').Cluster} cluster @param {Record<string, string>} settings
 */
async function reviveServer(home, cluster, settings) {
  if (isRunning(cluster)) return;
  await withLock(join(home, 'lock'), () => startOrAdopt(cluster, settings));
}
