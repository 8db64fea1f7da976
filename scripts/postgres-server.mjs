import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { under } from './account.mjs';
import { freePort } from './port.mjs';
import { superuser } from './postgres-cluster.mjs';
import { commandLine, pause, startedAt } from './processes.mjs';

/** @typedef {import('./postgres-cluster.mjs').Cluster} Cluster */

const patienceSeconds = 60;

/**
 * Takes over a server that runs on this cluster, or starts one. Call it under the cluster's lock.
 * @param {Cluster} cluster @param {Record<string, string>} tuning server settings
 * @returns {Promise<{ port: number, startedByUs: boolean }>}
 */
export async function startOrAdopt(cluster, tuning) {
  const adopted = await adopt(cluster);
  if (adopted !== undefined) return { port: adopted, startedByUs: false };
  return { port: await start(cluster, tuning), startedByUs: true };
}

/**
 * Fast shutdown; returns when the server is gone.
 * @param {Cluster} cluster
 */
export async function shutDown(cluster) {
  const pid = runningPid(cluster);
  if (pid === undefined) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + patienceSeconds * 1000;
  while (startedAt(pid) !== undefined) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${pid}) does not stop; see ${logFile(cluster)}`);
    await pause(20);
  }
}

/** @param {Cluster} cluster */
export const isRunning = (cluster) => runningPid(cluster) !== undefined;

/** @param {Cluster} cluster @param {number} port @param {string} [database] */
export const urlOf = (cluster, port, database = 'postgres') =>
  `postgresql://${superuser}:${cluster.password}@127.0.0.1:${port}/${database}`;

/**
 * @param {Cluster} cluster
 * @returns {Promise<number | undefined>} the port of the running server, undefined when there is none (any more)
 */
async function adopt(cluster) {
  const deadline = Date.now() + patienceSeconds * 1000;
  while (runningPid(cluster) !== undefined) {
    const port = Number(pidFileLines(cluster)[3]);
    if (port > 0 && (await answers(cluster, port))) return port;
    if (Date.now() > deadline) throw new Error(`PostgreSQL runs on ${cluster.data} but does not let us in; see ${logFile(cluster)}`);
    await pause(50);
  }
  // PostgreSQL would refuse to start over a note that names a zombie or somebody else's process.
  rmSync(join(cluster.data, 'postmaster.pid'), { force: true });
  return undefined;
}

/** @param {Cluster} cluster */
function pidFileLines(cluster) {
  try {
    return readFileSync(join(cluster.data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/**
 * The live server's pid. After a `kill -9` the file names a dead process, a zombie or somebody else's.
 * @param {Cluster} cluster
 */
function runningPid(cluster) {
  const pid = Number(pidFileLines(cluster)[0]);
  if (!(pid > 0)) return undefined;
  return startedAt(pid) !== undefined && commandLine(pid).includes(cluster.data) ? pid : undefined;
}

/** @param {Cluster} cluster @param {Record<string, string>} tuning */
async function start(cluster, tuning) {
  // The log's words that mean "again in a moment": the port went to another, or children of a killed server still end.
  const passing = /could not bind|Address already in use|shared memory block|lock file .* already exists/;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(lastPort(cluster, attempt));
    const said = await launch(cluster, port, tuning);
    if (said === undefined) {
      writeFileSync(join(cluster.home, 'port'), String(port));
      return port;
    }
    if (attempt === 8 || !passing.test(said)) throw new Error(`PostgreSQL does not start on ${cluster.data}:\n${said}`);
    await pause(attempt * 150);
  }
}

/**
 * The port of last time, so that links and settings stay true; another after two failures.
 * @param {Cluster} cluster @param {number} attempt
 */
function lastPort(cluster, attempt) {
  const file = join(cluster.home, 'port');
  return attempt <= 2 && existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

/**
 * One attempt, in its own session so that Ctrl-C in the terminal does not reach the server before its clients are gone.
 * @param {Cluster} cluster @param {number} port @param {Record<string, string>} tuning
 * @returns {Promise<string | undefined>} undefined when it accepts connections, else the end of its log
 */
async function launch(cluster, port, tuning) {
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port), max_connections: '200', ...tuning };
  const args = ['-D', cluster.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const log = openLog(cluster);
  const from = statSync(logFile(cluster)).size;
  const server = spawn(join(cluster.binaries.bin, 'postgres'), args, {
    ...under(cluster.account),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = { yes: false };
  server.once('exit', () => (ended.yes = true));
  server.once('error', () => (ended.yes = true));
  server.unref();
  const deadline = Date.now() + patienceSeconds * 1000;
  while (!ended.yes && Date.now() < deadline) {
    if (await answers(cluster, port)) return undefined;
    await pause(25);
  }
  return readFileSync(logFile(cluster)).subarray(from).toString('utf8').slice(-4000);
}

/** @param {Cluster} cluster */
export const logFile = (cluster) => join(cluster.home, 'log');

/** @param {Cluster} cluster */
function openLog(cluster) {
  const file = logFile(cluster);
  const large = existsSync(file) && statSync(file).size > 10_000_000;
  return openSync(file, large ? 'w' : 'a', 0o600);
}

/**
 * Whether our server answers there: the right password and the right directory, not merely an open port.
 * @param {Cluster} cluster @param {number} port
 */
async function answers(cluster, port) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: urlOf(cluster, port), connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = /** @type {import('pg').QueryResult<{ data_directory: string }>} */ (await client.query('SHOW data_directory'));
    return sameDirectory(rows[0]?.data_directory ?? '', cluster.data);
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** @param {string} one @param {string} other */
function sameDirectory(one, other) {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return one === other;
  }
}
