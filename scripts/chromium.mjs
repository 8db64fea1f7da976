import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { libraryDirs, missingLibraries, unpackDebianPackages } from './debian-packages.mjs';
import { withLock } from './lock.mjs';
import { cacheDir, root } from './places.mjs';
import { capture } from './processes.mjs';

/** @typedef {{ executable: string, libraryPath: string }} Chromium libraryPath: for LD_LIBRARY_PATH, may be empty */

/**
 * A Chromium for browser tests: the one that is named, else the npm package's, else the system's.
 * @returns {Promise<Chromium | string>} a string says why there is none
 */
export async function ensureChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return { executable: named, libraryPath: process.env.TEST_CHROMIUM_LD_LIBRARY_PATH ?? '' };
  const packaged = await withLock(join(cacheDir, 'chromium.lock'), fromPackage);
  if (typeof packaged !== 'string') return packaged;
  const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
  return system === undefined ? `${packaged}. Install chromium, or set CHROMIUM_PATH` : { executable: system, libraryPath: '' };
}

/** @returns {Promise<Chromium | string>} */
async function fromPackage() {
  const home = join(root, 'node_modules', '@sparticuz', 'chromium');
  if (!existsSync(home)) return 'the npm package @sparticuz/chromium is not installed';
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `@sparticuz/chromium has no program for ${process.platform}-${process.arch}`;
  const { version } = /** @type {{ version: string }} */ (JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')));
  const into = join(cacheDir, `chromium-${version}`);
  const executable = join(into, 'chromium');
  const problem = existsSync(join(into, 'complete')) ? undefined : await inflate(home, into);
  return problem ?? withLibraries(executable, into);
}

/**
 * The package inflates into the temporary directory of its process, libraries too when it believes to be in a Lambda.
 * @param {string} home @param {string} into
 */
async function inflate(home, into) {
  // What a killed run left half inflated would count as there.
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const entry = pathToFileURL(join(home, 'build', 'esm', 'index.js')).href;
  const script = `const { default: chromium } = await import(${JSON.stringify(entry)});
    await chromium.executablePath();
    (await import('node:fs')).writeFileSync(${JSON.stringify(join(into, 'complete'))}, '');`;
  const env = { ...process.env, TMPDIR: into, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
  const { code, stderr } = await capture(process.execPath, ['--input-type=module', '-e', script], { env, cwd: root });
  return code === 0 ? undefined : `Chromium could not be inflated: ${stderr.trim()}`;
}

/**
 * The system's libraries when they are complete, else the package's own, else Debian's.
 * @param {string} executable @param {string} into @returns {Promise<Chromium | string>}
 */
async function withLibraries(executable, into) {
  const lacking = await missingLibraries(executable);
  if (lacking.length === 0) return { executable, libraryPath: '' };
  const own = join(into, 'al2023', 'lib');
  if (existsSync(own) && (await missingLibraries(executable, [own])).length === 0) return { executable, libraryPath: own };
  const debian = join(cacheDir, 'chromium-libraries');
  const problem = await unpackDebianPackages(['libnss3', 'libnspr4', 'libexpat1'], debian);
  if (problem !== undefined) return `Chromium misses ${lacking.join(', ')}, and ${problem}`;
  const dirs = libraryDirs(debian);
  const still = await missingLibraries(executable, dirs);
  return still.length === 0 ? { executable, libraryPath: dirs.join(':') } : `Chromium misses ${still.join(', ')}`;
}
