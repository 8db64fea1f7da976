import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { announcement, readFirstRun } from './announce.mjs';
import { compile } from './compile.mjs';
import { embed } from './embedded.mjs';
import { lockHolder, tryLock, unlock } from './lock.mjs';
import { dataDir, root } from './places.mjs';
import { isFree } from './port.mjs';
import { writePrivate } from './private-file.mjs';
import { run } from './processes.mjs';
import { roles } from './roles.mjs';
import { stopAsked } from './stop-asked.mjs';
import { supervise } from './supervisor.mjs';

/** @returns {Promise<number>} exit code */
export async function start() {
  return (await compile(root)) ? serve(dataDir(), join(root, 'dist')) : 1;
}

/**
 * Runs the compiled application until somebody asks it to stop, or the API dies.
 * @param {string} dir DATA_DIR, absolute @param {string} dist
 * @returns {Promise<number>} exit code
 */
export async function serve(dir, dist) {
  const asked = stopAsked();
  const claim = join(dir, 'start.lock');
  if (!tryLock(claim) && !tryLock(claim)) {
    throw new Error(
      `Israel Briefing already runs on DATA_DIR ${dir} (process ${lockHolder(claim)}). Stop it, or give this one its own DATA_DIR and PORT.`,
    );
  }
  try {
    return await embedAndServe(dir, dist, asked);
  } finally {
    unlock(claim);
  }
}

/** @param {string} dir @param {string} dist @param {Promise<string>} asked */
async function embedAndServe(dir, dist, asked) {
  const started = join(dir, 'started.json');
  rmSync(started, { force: true });
  await refuseTakenPort(process.env.PORT || '3000');
  const embedded = await embed(dir, process.env);
  try {
    if ((await run(process.execPath, [join(dist, 'src', 'migrate.js')], { cwd: root, env: embedded.env })) !== 0) return 1;
    return await superviseAll(dist, embedded, started, asked);
  } finally {
    rmSync(started, { force: true });
    await embedded.stop();
  }
}

/** @param {string} dist @param {import('./embedded.mjs').Embedded} embedded @param {string} started @param {Promise<string>} asked */
async function superviseAll(dist, { env, parts, revive }, started, asked) {
  // asked beforehand, so that started.json is there a moment after /readyz says 200; it is whole from its first moment
  let isReady = false;
  const first = await readFirstRun(join(dist, 'src', 'first-run.js'), root, env);
  const tell = (/** @type {Record<string, number[]>} */ pids) => {
    if (isReady) writePrivate(started, { publicUrl: env.PUBLIC_URL ?? new URL(first.signUpUrl).origin, ...first, pids });
  };
  const log = (/** @type {string} */ line) => console.error(`[start] ${line}`);
  const processes = supervise({ waves: roles(dist, parts), cwd: root, env, log, onChange: tell });
  const failed = processes.failed.then((why) => ({ why }));
  const over = Promise.race([failed, asked.then(() => undefined)]);
  const watch = setInterval(() => void revive().catch((/** @type {Error} */ error) => log(error.message)), 2000);
  try {
    const early = await Promise.race([processes.start().then(() => 'ready'), over]);
    if (early === 'ready') {
      isReady = true;
      tell(processes.pids());
      console.log(announcement(first));
    }
    const end = await over;
    if (end !== undefined) log(`${end.why}; everything stops.`);
    return end === undefined ? 0 : 1;
  } finally {
    clearInterval(watch);
    await processes.stop();
  }
}

/** @param {string} port */
async function refuseTakenPort(port) {
  if (port !== '0' && !(await isFree(Number(port)).catch(() => true))) {
    throw new Error(`Port ${port} is taken by another program. Stop that one, or set PORT to a free port.`);
  }
}
