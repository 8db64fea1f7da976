import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of the caller's own, copied from the migrated template. `npm test` provides the server and the template. */
export async function createDatabase({
  server = process.env['TEST_DATABASE_URL'],
  template = process.env['TEST_TEMPLATE_DATABASE'],
}: { server?: string | undefined; template?: string | undefined } = {}): Promise<{ url: string; drop(): Promise<void> }> {
  if (!server || !template) throw new Error('TEST_DATABASE_URL is absent: run the tests with npm test');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
