import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.mjs';

/**
 * Makes a database and migrates it.
 * @param {object} wanted
 * @param {string} wanted.root
 * @param {string} wanted.server url of a superuser's connection
 * @param {string} wanted.name
 * @param {Record<string, string | undefined>} wanted.env what the migration sees beside the address
 */
export async function createMigrated({ root, server, name, env }) {
  await statement(server, `CREATE DATABASE "${name}"`);
  const migrate = join(root, 'dist', 'src', 'migrate.js');
  if (!existsSync(migrate)) {
    console.error('WARNING: dist/src/migrate.js is missing, so the template database is empty.');
    return;
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  const code = await run(process.execPath, [migrate], {
    cwd: root,
    env: { ...env, DATABASE_URL: url.href },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (code !== 0) throw new Error('The migrations failed.');
}

/**
 * Drops what killed runs left behind. Only while nobody else uses the cluster.
 * @param {string} server
 */
export async function dropLeftovers(server) {
  const names = await statement(server, "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'");
  for (const { datname } of names) await drop(server, datname);
}

/** @param {string} server @param {string} name */
export const drop = (server, name) => statement(server, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);

/** @param {string} server @param {string} sql @returns {Promise<any[]>} */
async function statement(server, sql) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
