import { readFileSync, writeFileSync } from 'node:fs';
import { startedAt } from './processes.mjs';

/**
 * An owner note says which process holds something: its pid and its start time, since pids come round again.
 * @param {string} file
 */
export function writeOwner(file) {
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: startedAt(process.pid) }));
}

/**
 * @param {string} file
 * @returns {number | undefined} the owner's pid while it lives
 */
export function livingOwner(file) {
  try {
    const note = /** @type {{ pid: number, startedAt?: string }} */ (JSON.parse(readFileSync(file, 'utf8')));
    return note.startedAt !== undefined && startedAt(note.pid) === note.startedAt ? note.pid : undefined;
  } catch {
    return undefined;
  }
}
