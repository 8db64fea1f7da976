import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { may, under, unprivilegedAccount } from './account.mjs';
import { capture } from './processes.mjs';
import { postgresBinaries, stateDir } from './postgres-binaries.mjs';

/**
 * @typedef {object} Cluster
 * @property {string} home ours: password, log, users, lock
 * @property {string} data the server's own directory, an absolute real path
 * @property {string} password
 * @property {import('./account.mjs').Account | undefined} account who runs the server; undefined: we do
 * @property {import('./postgres-binaries.mjs').Binaries} binaries
 */

/** The superuser of every embedded cluster. */
export const superuser = 'briefing';

/**
 * Finds the cluster, or makes it. Call it under the cluster's lock.
 * @param {string} root the clone @param {string} home where the cluster is kept @param {boolean} disposable make it anew when another version made it
 * @returns {Promise<Cluster>}
 */
export async function ensureCluster(root, home, disposable) {
  mkdirSync(home, { recursive: true });
  const base = realpathSync(home);
  const account = accountOf(base);
  const binaries = postgresBinaries(root, account);
  const data = join(dataParent(base, account), 'data');
  const cluster = { home: base, data, password: passwordOf(base), account, binaries };
  const madeBy = existsSync(join(data, 'PG_VERSION')) ? Number(readFileSync(join(data, 'PG_VERSION'), 'utf8')) : undefined;
  if (madeBy !== undefined && madeBy !== binaries.major && disposable) rmSync(data, { recursive: true });
  else if (madeBy !== undefined && madeBy !== binaries.major) {
    throw new Error(
      `${data} was made by PostgreSQL ${madeBy}, but here is ${binaries.major}. Dump it with the old one, or choose another DATA_DIR.`,
    );
  }
  if (!existsSync(data)) await initialise(cluster);
  return cluster;
}

/**
 * Who made the data goes on running it: a clone may have been tried by a plain user first and by root later.
 * @param {string} home
 */
function accountOf(home) {
  const account = unprivilegedAccount();
  const data = join(home, 'data');
  if (account === undefined || !existsSync(data)) return account;
  const { uid, gid } = statSync(data);
  return uid === 0 ? account : { uid, gid, name: `uid ${uid}` };
}

/**
 * Inside the home when the account can get there, else a directory of root's, remembered in the home.
 * @param {string} home @param {import('./account.mjs').Account | undefined} account
 */
function dataParent(home, account) {
  const note = join(home, 'elsewhere');
  if (existsSync(note)) return readFileSync(note, 'utf8');
  if (account === undefined || may(account, 'x', home)) return home;
  const elsewhere = join(stateDir, `cluster-${randomBytes(6).toString('hex')}`);
  mkdirSync(elsewhere, { recursive: true });
  for (const dir of [stateDir, elsewhere]) chmodSync(dir, 0o755);
  writeFileSync(join(elsewhere, 'of'), `${home}\n`);
  writeFileSync(note, elsewhere);
  return elsewhere;
}

/** @param {string} home */
function passwordOf(home) {
  const file = join(home, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/**
 * initdb beside the final place, so that a half-made cluster is never taken for one. Trust authentication would give
 * every local user the superuser, hence scram.
 * @param {Cluster} cluster
 */
async function initialise({ data, password, account, binaries }) {
  const half = `${data}.new`;
  const passwordFile = `${data}.password`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account !== undefined) for (const path of [half, passwordFile]) chownSync(path, account.uid, account.gid);
  const locale = binaries.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'] : ['--locale=C.UTF-8'];
  const args = ['-D', half, '-U', superuser, '-E', 'UTF8', ...locale, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync'];
  const made = await capture(join(binaries.bin, 'initdb'), args, under(account));
  rmSync(passwordFile);
  if (made.code !== 0) throw new Error(`initdb failed:\n${made.stdout}${made.stderr}`);
  renameSync(half, data);
}
