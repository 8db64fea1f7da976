#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../scripts/build.mjs';
import { settingsFile, withSettings } from '../scripts/embedded.mjs';
import { ensureInstalled } from '../scripts/install.mjs';
import { dataDir, root } from '../scripts/places.mjs';
import { isFree } from '../scripts/port.mjs';
import { ensurePostgres } from '../scripts/postgres.mjs';
import { readPrivate } from '../scripts/private-file.mjs';
import { run } from '../scripts/processes.mjs';

/** The command line, with the settings of `npm start` where the environment has none. */
const entry = join(root, 'dist', 'src', 'cli.js');
const production = process.env.NODE_ENV === 'production';

if (!production) {
  const dir = dataDir();
  Object.assign(process.env, withSettings(process.env, readPrivate(settingsFile(dir))), { DATA_DIR: dir });
}
if (!existsSync(entry)) {
  await ensureInstalled(root);
  await build();
}
if (!production && (await databaseSleeps())) {
  const postgres = await ensurePostgres({ name: 'data', dataDir: join(dataDir(), 'postgres') });
  const url = new URL(postgres.url);
  url.pathname = new URL(process.env.DATABASE_URL ?? '').pathname;
  try {
    process.exitCode = await run(process.execPath, [entry, ...process.argv.slice(2)], { env: { ...process.env, DATABASE_URL: url.href } });
  } finally {
    await postgres.stop();
  }
} else {
  await import(entry);
}

/** The embedded database stops with `npm start`; one command may wake it for itself. */
async function databaseSleeps() {
  const embedded = readPrivate(settingsFile(dataDir())).DATABASE_URL;
  if (embedded === undefined || process.env.DATABASE_URL !== embedded) return false;
  return isFree(Number(new URL(embedded).port), '127.0.0.1');
}
