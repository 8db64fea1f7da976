import { join } from 'node:path';
import { compile } from './compile.mjs';
import { root } from './places.mjs';
import { ensurePostgres } from './postgres.mjs';
import { run } from './processes.mjs';
import { developerDefaults, impersonal, newKey } from './settings.mjs';
import { createMigrated, drop, dropLeftovers } from './template-database.mjs';

/**
 * Types, then jest over a real Postgres. With arguments (a part of the tests) a type error elsewhere does not keep the part
 * from running, but the exit code tells of it.
 * @param {string[]} args jest's
 * @returns {Promise<number>} exit code
 */
export async function test(args) {
  const typed = await compile(root);
  if (!typed && args.length === 0) return 1;
  const postgres = await ensurePostgres({ name: 'test', whenAlone: dropLeftovers });
  const template = `briefing_template_${process.pid}`;
  try {
    const env = { ...impersonal(process.env), NODE_ENV: 'test' };
    const migrationEnv = { ...env, ...developerDefaults, SECRET_KEY: newKey(), BRIEFING_HASH_KEY: newKey() };
    await createMigrated({ root, server: postgres.url, name: template, env: migrationEnv });
    const code = await jest(args, {
      ...env,
      TEST_DATABASE_URL: postgres.url,
      TEST_TEMPLATE_DATABASE: template,
      TEST_SCRIPTS: join(root, 'scripts'),
    });
    if (!typed) console.error('The tests ran, but the types are wrong (see the top).');
    return typed ? code : code || 1;
  } finally {
    await drop(postgres.url, template).catch(() => {});
    await postgres.stop();
  }
}

/** @param {string[]} args @param {NodeJS.ProcessEnv} env */
export function jest(args, env) {
  const program = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  return run(process.execPath, [...flags, program, ...args], { cwd: root, env });
}
