import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { openDb, openPool } from '#src/db/client';
import { findDatabaseFaults } from '#src/db/find-database-faults';
import { projectFile } from '#src/project';
import { createDatabase } from '../support/database.js';
import { openNoticeEater } from './notice-eater.js';

let database: Awaited<ReturnType<typeof createDatabase>>;
let owner: pg.Client;
let role: string;
const closing: (() => Promise<unknown>)[] = [];

/** A role of its own that may do what the service asks for, but for what a test takes away. */
beforeEach(async () => {
  database = await createDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  role = `service_${randomBytes(6).toString('hex')}`;
  await owner.query(`
    CREATE ROLE ${role} LOGIN PASSWORD 'secret';
    GRANT USAGE, CREATE ON SCHEMA public TO ${role};
    GRANT USAGE ON SCHEMA bullmq TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, bullmq TO ${role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public, bullmq TO ${role};
    ALTER TABLE delivery OWNER TO ${role};
    ALTER TABLE outcome OWNER TO ${role}`);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await owner.query(`DROP OWNED BY ${role}`);
  await owner.query(`DROP ROLE ${role}`);
  await owner.end();
  await database.drop();
});

function asRole(url = database.url): string {
  const address = new URL(url);
  [address.username, address.password] = [role, 'secret'];
  return address.href;
}

async function faults(url = asRole(), redisUrl: string | null = null): Promise<string[]> {
  const pool = openPool(url, { max: 6, name: 'test', onLost: () => undefined });
  closing.push(() => pool.end());
  return findDatabaseFaults(openDb(pool), { databaseUrl: url, redisUrl });
}

describe('a Postgres role', () => {
  test('that may do what the service does is taken, though it is no superuser and owns little', async () => {
    expect(await faults()).toEqual([]);
  });

  test('that needs not change what is only appended to is taken without that right', async () => {
    await owner.query(
      `REVOKE UPDATE, DELETE ON consent, audit, outcome FROM ${role}; REVOKE INSERT, UPDATE, DELETE ON migration FROM ${role}`,
    );
    expect(await faults()).toEqual([]);
  });

  test.each([
    ['write outcomes', 'REVOKE INSERT ON outcome FROM $role', /lacks INSERT on outcome \(GRANT INSERT ON outcome TO ROLE\)/],
    [
      'change slices or subscribers',
      'REVOKE UPDATE, DELETE ON slice, subscriber FROM $role',
      /lacks UPDATE, DELETE on slice .*lacks UPDATE, DELETE on subscriber/,
    ],
    ['count leases', 'REVOKE ALL ON SEQUENCE lease_serial FROM $role', /lacks USAGE, SELECT on the sequence lease_serial/],
    [
      'number requests',
      'REVOKE ALL ON SEQUENCE signup_request_id_seq FROM $role',
      /lacks USAGE on the sequence signup_request_id_seq \(GRANT USAGE ON SEQUENCE signup_request_id_seq TO ROLE\)/,
    ],
    ['create partitions', 'REVOKE CREATE ON SCHEMA public FROM $role', /lacks CREATE on the schema public, for the ledger's partitions/],
    [
      'attach partitions',
      'ALTER TABLE outcome OWNER TO CURRENT_USER; GRANT ALL ON outcome TO $role',
      /lacks being \w+, who owns the ledger/,
    ],
    ['see any table', 'REVOKE USAGE ON SCHEMA public FROM PUBLIC, $role', /lacks USAGE on the schema public/],
    ['read the migrations', 'REVOKE SELECT ON migration FROM $role', /lacks SELECT on migration/],
    ['call a function', 'REVOKE EXECUTE ON FUNCTION next_digest_id() FROM PUBLIC', /lacks EXECUTE on next_digest_id\(\)/],
    ['use the queue', 'REVOKE USAGE ON SCHEMA bullmq FROM $role', /lacks USAGE on the schema bullmq/],
    ['write at all', 'ALTER ROLE $role SET default_transaction_read_only = on', /takes no writes here/],
  ])('that may not %s is refused by name', async (_what, statement, expected) => {
    await owner.query(statement.replaceAll('$role', role));
    expect((await faults()).join(' ').replaceAll(role, 'ROLE')).toMatch(expected);
  });

  test('that may do nothing is told of every table and function, and of every sequence that a statement names', async () => {
    await owner.query(`
      REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role};
      ALTER TABLE delivery OWNER TO CURRENT_USER;
      ALTER TABLE outcome OWNER TO CURRENT_USER;
      REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM ${role};
      REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC`);
    const told = (await faults()).flatMap((fault) => / lacks .* on (?:the sequence )?(\w+)(?:\([^)]*\))? \(/.exec(fault)?.[1] ?? []);
    const { rows } = await owner.query<{ name: string }>(`
      SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype`);
    const wanted = [...rows.map(({ name }) => name), ...sequencesInStatements()];
    expect(told.toSorted()).toEqual(wanted.toSorted());
  });

  test('needs nothing of what others keep in our schema', async () => {
    await owner.query(`
      CREATE TABLE of_another_application (id bigserial PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY);
      CREATE FUNCTION of_another_application() RETURNS integer LANGUAGE sql AS 'SELECT 1';
      REVOKE EXECUTE ON FUNCTION of_another_application() FROM PUBLIC`);
    expect(await faults()).toEqual([]);
  });

  test('needs not draw by name from the numbers that a table gives out by itself', async () => {
    await owner.query(
      `REVOKE ALL ON SEQUENCE subscriber_id_seq, message_id_seq FROM ${role}; REVOKE SELECT ON SEQUENCE signup_request_id_seq FROM ${role}`,
    );
    expect(await faults()).toEqual([]);
  });

  test('needs nothing in the queue’s schema when the queue is Redis', async () => {
    await owner.query(`REVOKE USAGE ON SCHEMA bullmq FROM ${role}`);
    expect(await faults(asRole(), 'redis://localhost')).toEqual([]);
  });
});

/** In the programs and in the functions that they call. */
function sequencesInStatements(): string[] {
  const folder = projectFile('src');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|sql)$/.test(name));
  const text = names.map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join('\n');
  return [...new Set([...text.matchAll(/nextval\('(\w+)'/g)].map(([, name = '']) => name))];
}

test('a migration that has not run is named', async () => {
  await owner.query(`DELETE FROM migration WHERE name = '0003_accounts'`);
  expect(await faults()).toEqual(['the database lacks 0003_accounts (run: briefing migrate)']);
  await owner.query('DROP TABLE migration');
  expect((await faults()).join()).toMatch(/lacks 0001_\S+, 0002_/);
});

test('a pooler that takes LISTEN and delivers no notice is found out', async () => {
  const eater = await openNoticeEater(database.url);
  closing.push(() => eater.close());
  expect(await faults(asRole(eater.url))).toEqual([expect.stringContaining('LISTEN hears no notice')]);
  expect(eater.eaten()).toBe(1);
});

/** The API on `url`, until it says that it is ready or ends. */
async function startApi(url: string, port: string): Promise<{ end: 'ready' | number | null; talk: string }> {
  const child = spawn(process.execPath, [projectFile('dist/src/server.js')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: url,
      SMTP_URL: 'smtp://127.0.0.1:1',
      SECRET_KEY: 'test-secret-key-test-secret-key-0001',
      DATA_DIR: mkdtempSync(join(tmpdir(), 'briefing-test-')),
      LOG_LEVEL: 'silent',
      PORT: port,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  closing.push(async () => child.kill('SIGKILL'));
  let talk = '';
  child.stderr?.on('data', (part) => (talk += String(part)));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const end = await Promise.race([once(child, 'message').then(() => 'ready' as const), ended]);
  return { end, talk };
}

test('the API refuses to start on such a database, in one message without a stack', async () => {
  await owner.query(`REVOKE INSERT ON outcome, slice FROM ${role}; DELETE FROM migration WHERE name = '0003_accounts'`);
  const { end, talk } = await startApi(asRole(), '1'); // never listened on
  expect(end).toBe(1);
  expect(talk.replaceAll(role, 'ROLE').trimEnd().split('\n')).toEqual([
    'This cannot start:',
    '  DATABASE_URL: the role ROLE lacks INSERT on outcome (GRANT INSERT ON outcome TO ROLE)',
    '  DATABASE_URL: the role ROLE lacks INSERT on slice (GRANT INSERT ON slice TO ROLE)',
    '  DATABASE_URL: the database lacks 0003_accounts (run: briefing migrate)',
  ]);
});

test('a Postgres that is away is waited for: the API starts, and is not ready', async () => {
  const [nobody, port] = [await closedPort(), await closedPort()];
  const away = new URL(database.url);
  away.port = nobody;
  expect((await startApi(away.href, port)).end).toBe('ready');
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
});

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
