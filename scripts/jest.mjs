import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './places.mjs';

/**
 * Runs jest; a signal ends jest only, so that the caller still cleans up.
 * @param {string[]} args @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} exit code
 */
export function jest(args, env) {
  const program = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  // After the arguments: jest takes every plain word that follows for one more reporter.
  const reporters = ['--reporters=default', `--reporters=${join(root, 'scripts', 'end-of-run.mjs')}`];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, program, ...args, ...reporters], { cwd: root, env, stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
