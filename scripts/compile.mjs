import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './processes.mjs';

/**
 * Type-checks and emits dist/. The lock keeps two compilers from writing one .tsbuildinfo.
 * @param {string} root
 * @returns {Promise<boolean>} whether the types are right; it emits either way
 */
export async function compile(root) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const code = await withLock(join(root, '.cache', 'compile.lock'), () =>
    run(process.execPath, [compiler, '-p', root, '--pretty', 'false'], { cwd: root }),
  );
  return code === 0;
}
