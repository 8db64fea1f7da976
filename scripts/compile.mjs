import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './processes.mjs';

/**
 * Types of the scripts themselves; they run as they are.
 * @param {string} root
 * @returns {Promise<boolean>}
 */
export async function checkScripts(root) {
  return (await tsc(root, ['-p', join(root, 'scripts')])) === 0;
}

/**
 * Type-checks and emits dist/. The lock keeps two compilers from writing one .tsbuildinfo.
 * @param {string} root
 * @returns {Promise<boolean>} whether the types are right; it emits either way
 */
export async function compile(root) {
  return (await withLock(join(root, '.cache', 'compile.lock'), () => tsc(root, ['-p', root]))) === 0;
}

/** @param {string} root @param {string[]} args */
const tsc = (root, args) =>
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--pretty', 'false', ...args], { cwd: root });
