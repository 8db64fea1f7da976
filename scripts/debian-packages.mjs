import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheDir } from './places.mjs';
import { capture } from './processes.mjs';

/**
 * Unpacks Debian packages and what they need of the not installed ones into a directory of our own: nothing is installed,
 * no root is needed. Call it under a lock.
 * @param {string[]} packages @param {string} into
 * @returns {Promise<string | undefined>} undefined when it worked, else why not
 */
export async function unpackDebianPackages(packages, into) {
  if (existsSync(into)) return undefined;
  if ((await capture('dpkg', ['--version'])).code !== 0) return 'this is not a Debian or Ubuntu system (no dpkg)';
  mkdirSync(dirname(into), { recursive: true });
  const half = mkdtempSync(`${into}.`);
  const problem = (await unpack(packages, half, [])) && (await unpackWithOwnLists(packages, half));
  if (problem === undefined) renameSync(half, into);
  else rmSync(half, { recursive: true });
  return problem;
}

/**
 * Every directory below that holds shared libraries, for LD_LIBRARY_PATH.
 * @param {string} dir @returns {string[]}
 */
export function libraryDirs(dir) {
  const entries = readdirSync(dir, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).flatMap((entry) => libraryDirs(join(dir, entry.name)));
  return entries.some((entry) => /\.so(\.|$)/.test(entry.name)) ? [dir, ...below] : below;
}

/**
 * The libraries that the loader would not find.
 * @param {string} program @param {string[]} [dirs] looked into first
 */
export async function missingLibraries(program, dirs = []) {
  const { stdout } = await capture('ldd', [program], { env: { ...process.env, LD_LIBRARY_PATH: dirs.join(':') } });
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? '');
}

/** @param {string[]} packages @param {string} into @param {string[]} options */
async function unpack(packages, into, options) {
  // A simulated installation names exactly the packages that are not there yet.
  const plan = await capture('apt-get', ['-s', '-y', '--no-install-recommends', ...options, 'install', ...packages]);
  const names = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '');
  if (plan.code !== 0 || names.length === 0) return firstError(plan.stderr) || 'apt-get has nothing to unpack';
  const download = await capture('apt-get', ['-q', ...options, ...sandbox(), 'download', ...names], { cwd: into });
  if (download.code !== 0) return firstError(download.stderr);
  for (const file of readdirSync(into).filter((name) => name.endsWith('.deb'))) {
    const { code, stderr } = await capture('dpkg', ['-x', join(into, file), into]);
    if (code !== 0) return firstError(stderr);
    rmSync(join(into, file));
  }
  return undefined;
}

/**
 * A system without package lists: we fetch lists of our own.
 * @param {string[]} packages @param {string} into
 */
async function unpackWithOwnLists(packages, into) {
  const apt = join(cacheDir, 'apt');
  for (const dir of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(apt, dir), { recursive: true });
  const options = ['-o', `Dir::State::lists=${apt}/lists`, '-o', `Dir::Cache=${apt}/cache`, '-o', 'Debug::NoLocking=true'];
  const update = await capture('apt-get', ['-q', ...options, ...sandbox(), 'update']);
  if (update.code !== 0) return firstError(update.stderr);
  return unpack(packages, into, options);
}

/** apt otherwise gives its downloads to the account _apt, which may not write here. */
function sandbox() {
  try {
    return ['-o', `APT::Sandbox::User=${userInfo().username}`];
  } catch {
    return [];
  }
}

/** @param {string} text */
const firstError = (text) => text.split('\n').find((line) => /^E:|error/i.test(line)) ?? text.trim();
