import { spawn } from 'node:child_process';

/**
 * @typedef {object} Role
 * @property {string} name as the command line tells it: `src/server`, `workers/deliver`
 * @property {string} entry the file to run
 * @property {readonly string[]} [flags] that Node is started with
 * @property {'ends-all' | 'restarts'} death what follows when it dies unasked
 *
 * @typedef {object} Plan
 * @property {Role[][]} waves started one wave after the other, stopped in the opposite order
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {(line: string) => void} log
 * @property {(pids: Record<string, number[]>) => void} [onChange] after every birth and death
 * @property {number} [firstPauseMs] before the first restart; doubles with every death
 * @property {number} [longestPauseMs]
 * @property {number} [graceMs] between SIGTERM and SIGKILL
 *
 * @typedef {Role & { child?: import('node:child_process').ChildProcess, timer?: NodeJS.Timeout, deaths: number, bornAt: number, wasReady: boolean, becomeReady: () => void, ready: Promise<void> }} Member
 */

/** Dead so often without ever having been ready: it is not going to be. */
const hopelessDeaths = 3;
/** A child that lived so long died of something new. */
const longLifeMs = 60_000;

/**
 * Runs the roles as children with a channel to us: they say `{ ready: true }` over it and exit when it closes, so that even
 * our own `kill -9` leaves none behind.
 * @param {Plan} plan
 */
export function supervise(plan) {
  const { firstPauseMs = 500, longestPauseMs = 30_000, graceMs = 10_000, log, onChange = () => {} } = plan;
  const waves = plan.waves.map((wave) => wave.map(member));
  const members = waves.flat();
  let stopping = false;
  /** @type {(why: string) => void} */
  let fail = () => {};
  const failed = new Promise((/** @type {(why: string) => void} */ resolve) => (fail = resolve));

  return { start, stop, pids, /** Resolves with the reason when all must stop. */ failed };

  /** Resolves when every role of every wave is ready; never when one fails, see `failed`. */
  async function start() {
    for (const wave of waves) {
      if (stopping) return;
      for (const role of wave) bear(role);
      await Promise.all(wave.map((role) => role.ready));
    }
  }

  async function stop() {
    stopping = true;
    for (const role of members) clearTimeout(role.timer);
    const deadline = Date.now() + graceMs;
    for (const wave of waves.toReversed()) await Promise.all(wave.map((role) => end(role, deadline)));
  }

  function pids() {
    return Object.fromEntries(
      members.filter((role) => role.child?.pid !== undefined).map((role) => [role.name, [Number(role.child?.pid)]]),
    );
  }

  /** @param {Member} role */
  function bear(role) {
    if (stopping) return;
    const child = spawn(process.execPath, ['--enable-source-maps', ...(role.flags ?? []), role.entry], {
      cwd: plan.cwd,
      env: plan.env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    role.child = child;
    role.bornAt = Date.now();
    child.on('message', (message) => {
      if (!isReady(message)) return;
      role.wasReady = true;
      role.becomeReady();
    });
    child.on('error', (error) => log(`${role.name}: ${error.message}`));
    child.once('exit', (code, signal) => bury(role, signal ?? `exit code ${code}`));
    onChange(pids());
  }

  /** @param {Member} role @param {string} cause */
  function bury(role, cause) {
    delete role.child;
    if (stopping) return;
    onChange(pids());
    if (role.death === 'ends-all') return fail(`${role.name} ended (${cause})`);
    role.deaths = Date.now() - role.bornAt > longLifeMs ? 1 : role.deaths + 1;
    if (!role.wasReady && role.deaths >= hopelessDeaths) return fail(`${role.name} does not start (${cause}, ${role.deaths} times)`);
    const pauseMs = Math.min(firstPauseMs * 2 ** (role.deaths - 1), longestPauseMs);
    log(`${role.name} ended (${cause}); it is started again in ${pauseMs} ms`);
    role.timer = setTimeout(() => bear(role), pauseMs);
  }
}

/** @param {Role} role @returns {Member} */
function member(role) {
  let becomeReady = () => {};
  const ready = new Promise((/** @type {(value: void) => void} */ resolve) => (becomeReady = () => resolve()));
  return { ...role, deaths: 0, bornAt: 0, wasReady: false, becomeReady, ready };
}

/** @param {Member} role @param {number} deadline */
function end({ child }, deadline) {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((/** @type {(value: void) => void} */ resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.max(0, deadline - Date.now()));
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** @param {unknown} message */
const isReady = (message) => typeof message === 'object' && message !== null && 'ready' in message && message.ready === true;
