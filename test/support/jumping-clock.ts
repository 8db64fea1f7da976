import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Environment } from '#src/config';
import { projectFile } from '#src/project';

const fileOf = (dataDir: string, name: string): string => join(dataDir, `clock-${name}`);

/** Settings of a process whose wall clock can be moved while it runs, in all of its threads. */
export function withJumpingClock(name: string): Environment {
  return { NODE_OPTIONS: `--import ${pathToFileURL(projectFile('dist/test/support/jump-clock.js')).href}`, JUMPING_CLOCK: name };
}

/** From now on, and for whoever is started later, the clock of that name is `ms` off. */
export function jumpClock(dataDir: string, name: string, ms: number): void {
  writeFileSync(`${fileOf(dataDir, name)}.new`, String(ms));
  renameSync(`${fileOf(dataDir, name)}.new`, fileOf(dataDir, name));
}

/** Milliseconds. */
export function clockOffset(dataDir: string, name: string): number {
  try {
    return Number(readFileSync(fileOf(dataDir, name), 'utf8'));
  } catch {
    return 0; // it has not jumped yet
  }
}
