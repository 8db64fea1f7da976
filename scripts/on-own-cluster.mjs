import { join } from 'node:path';
import { compile } from './compile.mjs';
import { root } from './places.mjs';
import { ensurePostgres } from './postgres.mjs';
import { run } from './processes.mjs';
import { ensureRedis } from './redis.mjs';
import { impersonal, throwawaySettings } from './settings.mjs';
import { createMigrated, drop, dropLeftovers } from './template-database.mjs';

/**
 * Runs a compiled program on a Postgres that writes as safely as a real one, with a migrated database and, where it can be had, a Redis.
 * Nobody's own settings reach it.
 * @param {'bench' | 'faults'} cluster
 * @param {string[]} program its path below dist, and its arguments
 * @returns {Promise<number>} exit code
 */
export async function onOwnCluster(cluster, [path = '', ...args]) {
  if (!(await compile(root))) return 1;
  const postgres = await ensurePostgres({ name: cluster, whenAlone: dropLeftovers });
  const redis = await ensureRedis();
  if (typeof redis === 'string') console.error(`NOT RUN: what needs Redis, because ${redis}.`);
  const name = `briefing_${cluster}_${process.pid}`;
  try {
    const env = { ...impersonal(process.env), ...throwawaySettings(), DATA_DIR: join(root, '.data', cluster) };
    const DATABASE_URL = await createMigrated({ root, server: postgres.url, name, env });
    const addresses = {
      DATABASE_URL,
      TEST_DATABASE_URL: postgres.url,
      TEST_TEMPLATE_DATABASE: name,
      ...(typeof redis === 'string' ? {} : { TEST_REDIS_URL: redis.url }),
    };
    return await run(process.execPath, [join(root, 'dist', path), ...args], { cwd: root, env: { ...env, ...addresses } });
  } finally {
    if (typeof redis !== 'string') await redis.stop();
    await drop(postgres.url, name).catch(() => {});
    await postgres.stop();
  }
}
