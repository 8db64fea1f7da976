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
 * @returns {Promise<string>} its url
 */
export async function createMigrated({ root, server, name, env }) {
  const DATABASE_URL = await ensureDatabase(server, name);
  const migrate = join(root, 'dist', 'src', 'migrate.js');
  if (!existsSync(migrate)) {
    console.error('WARNING: dist/src/migrate.js is missing, so the template database is empty.');
    return DATABASE_URL;
  }
  const code = await run(process.execPath, [migrate], {
    cwd: root,
    env: { ...env, DATABASE_URL },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (code !== 0) throw new Error('The migrations failed.');
  return DATABASE_URL;
}

/**
 * @param {string} server @param {string} name
 * @returns {Promise<string>} the database's url; it is made when absent
 */
export async function ensureDatabase(server, name) {
  const there = await statement(server, `SELECT 1 FROM pg_database WHERE datname = '${name}'`);
  if (there.length === 0) await statement(server, `CREATE DATABASE "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
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
