import { join } from 'node:path';
import { compile } from './compile.mjs';
import { jest } from './jest.mjs';
import { root } from './places.mjs';
import { ensurePostgres, stopUnused } from './postgres.mjs';
import { impersonal, throwawaySettings } from './settings.mjs';
import { createMigrated, drop, dropLeftovers } from './template-database.mjs';
import { testPrograms } from './test-programs.mjs';

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
  try {
    const code = await testOn(postgres.url, args);
    if (!typed) console.error('The tests ran, but the types are wrong (see the top).');
    return typed ? code : code || 1;
  } finally {
    await postgres.stop();
    // A test that was killed could not let go of its own server.
    await stopUnused('faults');
  }
}

/** @param {string} server @param {string[]} args */
async function testOn(server, args) {
  const template = `briefing_template_${process.pid}`;
  const env = { ...impersonal(process.env), NODE_ENV: 'test' };
  const programs = await testPrograms();
  try {
    await createMigrated({
      root,
      server,
      name: template,
      env: { ...env, ...throwawaySettings() },
    });
    const addresses = { TEST_DATABASE_URL: server, TEST_TEMPLATE_DATABASE: template, TEST_SCRIPTS: join(root, 'scripts') };
    return await jest(args, { ...env, ...addresses, ...programs.env });
  } finally {
    await programs.stop();
    await drop(server, template).catch(() => {});
  }
}
