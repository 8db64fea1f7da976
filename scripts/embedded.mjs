import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './port.mjs';
import { ensurePostgres } from './postgres.mjs';
import { readPrivate, writePrivate } from './private-file.mjs';
import { developerDefaults, isSet, newKey } from './settings.mjs';
import { ensureDatabase } from './template-database.mjs';

/**
 * @typedef {object} Embedded
 * @property {NodeJS.ProcessEnv} env what the processes see: the caller's own settings, and ours for the rest
 * @property {('postgres' | 'catcher')[]} parts what is embedded
 * @property {() => Promise<void>} revive starts the database again when somebody killed it
 * @property {() => Promise<void>} stop
 */

/** @param {string} dir DATA_DIR */
export const settingsFile = (dir) => join(dir, 'settings.json');

/**
 * Fills in what a developer has not set: database, mail catcher, keys. Production gets nothing: there src/config.ts says what is missing.
 * @param {string} dir DATA_DIR, absolute @param {NodeJS.ProcessEnv} given
 * @returns {Promise<Embedded>}
 */
export async function embed(dir, given) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...given, DATA_DIR: dir };
  const nothing = async () => {};
  if (given.NODE_ENV === 'production') return { env, parts: [], revive: nothing, stop: nothing };
  mkdirSync(dir, { recursive: true });
  const kept = readPrivate(settingsFile(dir));
  const postgres = isSet(given, 'DATABASE_URL') ? undefined : await ensurePostgres({ name: 'data', dataDir: join(dir, 'postgres') });
  /** @type {Record<string, string>} */
  const settings = { ...keys(kept), PUBLIC_URL: `http://127.0.0.1:${given.PORT || 3000}`, ...(await catcher(given, kept)) };
  if (postgres !== undefined) settings.DATABASE_URL = await ensureDatabase(postgres.url, 'briefing');
  /** @type {Embedded['parts']} */
  const parts = [
    ...(postgres === undefined ? [] : [/** @type {const} */ ('postgres')]),
    ...(settings.SMTP_URL === undefined ? [] : [/** @type {const} */ ('catcher')]),
  ];
  if (parts.length > 0) settings.BRIEFING_EMBEDDED = parts.join(' ');
  delete env.BRIEFING_EMBEDDED;
  writePrivate(settingsFile(dir), settings);
  return { env: withSettings(env, settings), parts, revive: postgres?.revive ?? nothing, stop: postgres?.stop ?? nothing };
}

/**
 * The environment always wins, in both of a setting's spellings.
 * @param {NodeJS.ProcessEnv} env @param {Record<string, string>} settings
 * @returns {NodeJS.ProcessEnv}
 */
export function withSettings(env, settings) {
  const added = Object.entries(settings).filter(([name]) => !isSet(env, name));
  return { ...env, ...Object.fromEntries(added) };
}

/**
 * Made once and kept: a new SECRET_KEY would break every link that was sent.
 * @param {Record<string, string>} kept
 * @returns {Record<string, string>}
 */
const keys = (kept) => ({
  SECRET_KEY: kept.SECRET_KEY ?? newKey(),
  BRIEFING_HASH_KEY: kept.BRIEFING_HASH_KEY ?? newKey(),
  MAIL_FROM: kept.MAIL_FROM ?? developerDefaults.MAIL_FROM,
  POSTAL_ADDRESS: kept.POSTAL_ADDRESS ?? developerDefaults.POSTAL_ADDRESS,
});

/** @param {NodeJS.ProcessEnv} given @param {Record<string, string>} kept @returns {Promise<Record<string, string>>} */
async function catcher(given, kept) {
  if (isSet(given, 'SMTP_URL')) return {};
  const port = Number(given.BRIEFING_CATCHER_PORT) || (await freePort(Number(kept.BRIEFING_CATCHER_PORT) || undefined));
  return { SMTP_URL: `smtp://127.0.0.1:${port}`, BRIEFING_CATCHER_PORT: String(port) };
}
