import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './processes.mjs';

/**
 * Installs the dependencies when what they depend on has changed; several at once do it one after the other.
 * @param {string} root
 */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return linkBin(root);
  await withLock(
    join(root, '.cache', 'install.lock'),
    async () => {
      if (!isInstalled(root)) await install(root);
    },
    () => console.error('Waiting for another process that installs the dependencies …'),
  );
  linkBin(root);
}

/**
 * A fingerprint of all that decides what `npm ci` puts into node_modules.
 * @param {string} root
 */
export function installStamp(root) {
  const manifest = /** @type {Record<string, unknown>} */ (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const lock = join(root, 'package-lock.json');
  return createHash('sha256')
    .update(JSON.stringify(['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'].map((part) => manifest[part])))
    .update(existsSync(lock) ? readFileSync(lock) : '')
    .update([process.version, process.platform, process.arch].join(' '))
    .digest('hex');
}

/** @param {string} root */
export function isInstalled(root) {
  try {
    return readFileSync(stampFile(root), 'utf8') === installStamp(root);
  } catch {
    return false;
  }
}

/** @param {string} root */
const stampFile = (root) => join(root, 'node_modules', '.briefing-stamp');

/** @param {string} root */
async function install(root) {
  console.error('Installing the dependencies (npm ci) …');
  // NODE_ENV=production would leave out the compiler, hence --include=dev.
  let code = await npm(root, ['ci', '--include=dev']);
  if (code !== 0) {
    console.error('WARNING: npm ci failed. Trying npm install, which may choose other versions than package-lock.json.');
    code = await npm(root, ['install', '--no-save', '--no-package-lock', '--include=dev']);
  }
  if (code !== 0) throw new Error('The dependencies could not be installed; npm says why above.');
  writeFileSync(stampFile(root), installStamp(root));
}

/** @param {string} root @param {string[]} args */
function npm(root, args) {
  const self = process.env.npm_execpath;
  if (self !== undefined && /^np[mx]-cli\.js$/.test(basename(self))) {
    return run(process.execPath, [self.replace(/npx-cli\.js$/, 'npm-cli.js'), ...args], { cwd: root });
  }
  return run('npm', args, { cwd: root });
}

/**
 * npm does not link a package's own command, so `npx briefing` would look for one on the registry.
 * @param {string} root
 */
function linkBin(root) {
  const link = join(root, 'node_modules', '.bin', 'briefing');
  const target = join('..', '..', 'bin', 'briefing.mjs');
  try {
    if (readlinkSync(link) === target) return;
  } catch {
    // Absent, or a file: made anew below.
  }
  try {
    mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(target, link);
    if (existsSync(join(root, 'bin', 'briefing.mjs'))) chmodSync(join(root, 'bin', 'briefing.mjs'), 0o755);
  } catch (error) {
    // A clone that belongs to somebody else, or another process that links at this moment.
    if (!existsSync(link)) console.error(`WARNING: no npx briefing in this clone: ${/** @type {Error} */ (error).message}`);
  }
}
