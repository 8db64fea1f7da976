import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's root: every path of the scripts starts here, whatever the working directory is. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What can be fetched or unpacked again: locks, private Redis, Chromium. */
export const cacheDir = join(root, '.cache');

/** Where `npm start` keeps its database, keys and inbox; absolute, so that children may change directory. */
export const dataDir = (env = process.env) => resolve(root, env.DATA_DIR || '.data');
