import { commandLine, parentOf } from './processes.mjs';

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Resolves when somebody asks us to stop; a second asking ends us at once, and the children with us, as their channel closes.
 * Under npm we also watch npm itself: after its `kill -9` nobody could reach us any more.
 * @returns {Promise<string>} what asked
 */
export function stopAsked() {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (/** @type {string} */ by) => {
      if (asked) process.exit(1);
      asked = true;
      resolve(by);
    };
    for (const signal of signals) process.on(signal, () => ask(signal));
    if (process.env.npm_lifecycle_event !== 'start') return;
    const forebears = lineage();
    const watch = setInterval(() => {
      if (lineage() === forebears) return;
      clearInterval(watch);
      ask('the end of npm');
    }, 500);
    watch.unref();
  });
}

/** Our parents up to npm, which usually puts a shell between itself and us. */
function lineage() {
  const parent = process.ppid;
  return commandLine(parent).startsWith('npm') ? `${parent}` : `${parent} ${parentOf(parent)}`;
}
