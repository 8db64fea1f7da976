import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { compile } from './compile.mjs';
import { root } from './places.mjs';

/**
 * Shows every sample email on loopback and follows changes of templates/. A signal ends the server, so that its port is free at once.
 * @param {string[]} args the port, 3001 when absent
 * @returns {Promise<number>} exit code
 */
export async function preview(args) {
  if (!(await compile(root))) return 1;
  return new Promise((resolve, reject) => {
    const server = spawn(process.execPath, [join(root, 'dist', 'src', 'http', 'preview', 'serve.js'), ...args], {
      cwd: root,
      stdio: 'inherit',
    });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => server.kill(signal));
    server.once('error', reject);
    server.once('exit', (code) => resolve(code ?? 1));
  });
}
