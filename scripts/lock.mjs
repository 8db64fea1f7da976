import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { livingOwner, writeOwner } from './owner.mjs';
import { pause } from './processes.mjs';

/**
 * Holds a lock directory while `work` runs. A dead owner's lock is broken; a living one is waited for.
 * @template T
 * @param {string} path @param {() => Promise<T>} work @param {() => void} [onWait] called once when another holds it
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  let told = false;
  while (!tryLock(path)) {
    if (!told) onWait?.();
    told = true;
    await pause(50);
  }
  try {
    return await work();
  } finally {
    unlock(path);
  }
}

/**
 * One attempt. The directory appears with its owner note in it (rename is atomic), so a lock without an owner is never seen.
 * @param {string} path @returns {boolean}
 */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  const made = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  mkdirSync(made);
  writeOwner(join(made, 'owner'));
  try {
    renameSync(made, path);
    return true;
  } catch (error) {
    rmSync(made, { recursive: true });
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) throw error;
  }
  if (lockHolder(path) === undefined) breakLock(path);
  return false;
}

/** @param {string} path @returns {number | undefined} pid of the living holder */
export const lockHolder = (path) => livingOwner(join(path, 'owner'));

/** @param {string} path */
export function unlock(path) {
  const trash = `${path}.released-${process.pid}-${Math.random().toString(36).slice(2)}`;
  try {
    renameSync(path, trash);
    rmSync(trash, { recursive: true });
  } catch {
    // Gone already: the whole directory was removed while we held it.
  }
}

/**
 * Only who holds `<path>.breaking` may break, and looks again before: else two that saw the same dead owner could break twice,
 * the second time a fresh lock.
 * @param {string} path
 */
function breakLock(path) {
  const breaking = `${path}.breaking`;
  try {
    mkdirSync(breaking);
  } catch {
    if (ageSeconds(breaking) > 10) rmSync(breaking, { recursive: true, force: true });
    return;
  }
  try {
    if (lockHolder(path) === undefined) unlock(path);
  } finally {
    rmSync(breaking, { recursive: true, force: true });
  }
}

/** @param {string} path */
function ageSeconds(path) {
  try {
    return (Date.now() - statSync(path).mtimeMs) / 1000;
  } catch {
    return 0;
  }
}
