// The container's entry: which process this container is. `worker` runs all workers, each in a process of its own.
import { fork } from 'node:child_process';
import { nodeFlags } from './node-flags.mjs';

/** @type {Record<string, string[]>} */
const roles = {
  api: ['src/server'],
  worker: ['workers/deliver', 'workers/digest', 'workers/clock'],
  deliver: ['workers/deliver'],
  digest: ['workers/digest'],
  clock: ['workers/clock'],
  catcher: ['workers/catcher'],
  migrate: ['src/migrate'],
};
const fileOf = (/** @type {string} */ entry) => new URL(`../dist/${entry}.js`, import.meta.url);

const role = process.argv[2] ?? 'api';
if (role === 'healthy') await askHealth();
const entries = roles[role];
if (!entries) {
  console.error(`There is no role "${role}". Roles: ${Object.keys(roles).join(', ')}`);
  process.exit(2);
}
const [only = ''] = entries;
if (entries.length === 1 && !nodeFlags[only]) await import(fileOf(only).href);
else runAll(entries);

/** One that ends takes the others along: the orchestrator starts the container again. @param {string[]} all */
function runAll(all) {
  const children = all.map((entry) => fork(fileOf(entry), { execArgv: [...process.execArgv, ...(nodeFlags[entry] ?? [])] }));
  let isStopping = false;
  const stop = () => {
    isStopping = true;
    for (const child of children) child.kill('SIGTERM');
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);
  for (const child of children) {
    child.on('exit', (code) => {
      if (!isStopping) process.exitCode = code || 1;
      stop();
    });
  }
}

/** For the image's HEALTHCHECK; a worker has none: it is healthy while it runs, which the orchestrator sees by itself. */
async function askHealth() {
  const answer = await fetch(`http://127.0.0.1:${process.env.PORT ?? '3000'}/livez`).catch(() => null);
  process.exit(answer?.ok ? 0 : 1);
}
