import { randomBytes } from 'node:crypto';

/** 32 random bytes as SECRET_KEY and BRIEFING_HASH_KEY want them. */
export const newKey = () => randomBytes(32).toString('base64url');

/** Every setting has a NAME_FILE twin. @param {NodeJS.ProcessEnv} env @param {string} name */
export const isSet = (env, name) => Boolean(env[name] || env[`${name}_FILE`]);

/** What a run for developers sends as; the mail goes to the catcher. */
export const developerDefaults = {
  MAIL_FROM: 'Israel Briefing <briefing@briefing.example>',
  POSTAL_ADDRESS: '1 Example Street, 9100001 Jerusalem, Israel',
};

/**
 * Enough for a process that neither sends nor is reached: migrations, benchmarks. Port 9 throws everything away.
 * @returns {Record<string, string>}
 */
export const throwawaySettings = () => ({
  ...developerDefaults,
  SECRET_KEY: newKey(),
  BRIEFING_HASH_KEY: newKey(),
  SMTP_URL: 'smtp://127.0.0.1:9',
});

/** The addresses and keys of the person who calls: tests and benchmarks must touch none of them. */
const personal = [
  'DATABASE_URL',
  'REDIS_URL',
  'SMTP_URL',
  'SECRET_KEY',
  'SECRET_KEY_PREVIOUS',
  'DKIM_PRIVATE_KEY',
  'DKIM_ED25519_PRIVATE_KEY',
  'PUBLIC_URL',
  'PORT',
  'DATA_DIR',
  'MAIL_FROM',
  'POSTAL_ADDRESS',
];

/**
 * The environment without anybody's real settings.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string | undefined>}
 */
export function impersonal(env) {
  const kept = Object.entries(env).filter(([name]) => !personal.includes(name.replace(/_FILE$/, '')) && !name.startsWith('BRIEFING_'));
  return Object.fromEntries(kept);
}
