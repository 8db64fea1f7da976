// The container's entry: which process this container is. `worker` runs all workers, each in a process of its own.
import { fork } from 'node:child_process';

/** @type {Record<string, string[]>} */
const roles = {
  api: ['dist/src/server.js'],
  worker: ['dist/workers/deliver.js', 'dist/workers/digest.js', 'dist/workers/clock.js'],
  deliver: ['dist/workers/deliver.js'],
  digest: ['dist/workers/digest.js'],
  clock: ['dist/workers/clock.js'],
  catcher: ['dist/workers/catcher.js'],
  migrate: ['dist/src/migrate.js'],
};

const role = process.argv[2] ?? 'api';
if (role === 'healthy') await askHealth();
const entries = roles[role];
if (!entries) {
  console.error(`There is no role "${role}". Roles: ${Object.keys(roles).join(', ')}`);
  process.exit(2);
}
if (entries.length === 1) await import(new URL(`../${entries[0]}`, import.meta.url).href);
else runAll(entries);

/** One that ends takes the others along: the orchestrator starts the container again. @param {string[]} scripts */
function runAll(scripts) {
  const children = scripts.map((script) => fork(script));
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
