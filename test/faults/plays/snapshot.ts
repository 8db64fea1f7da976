import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import pg from 'pg';
import { projectFile } from '#src/project';
import { type Play, until, untilSeen } from '../play.js';
import { connections, isUnderWay, type Stage } from '../stage.js';

/** A database that was put back to an earlier moment believes that messages wait which have long left. */
export const snapshotPlays = {
  'snapshot restored': { strike: restore, leastReaders: 1_000 },
} satisfies Record<string, Play>;

/** Copied in mid-send, put back in mid-send: nothing leaves until a person has raised the epoch, and what leaves then is theirs to answer for. */
async function restore(stage: Stage): Promise<void> {
  const { fleet, chance, witnesses } = stage;
  const sent = (): number => witnesses.reduce((sum, witness) => sum + witness.seen().length, 0);
  await untilSeen(stage, 20 + chance.below(40));
  await onServer(stage, snapshot);
  const given = await leasesGiven(stage);
  // a past in which the same leases were held is none: their journals say what came of them
  await until(async () => (await leasesGiven(stage)) > given || !(await isUnderWay(stage)));
  await untilSeen(stage, sent() + chance.below(60));
  stage.mayBeUnknown += fleet.pids().length * connections;
  await fleet.halt();
  if (!(await isUnderWay(stage))) return fleet.resume();
  stage.struck += 1;
  await onServer(stage, putBack);
  const before = sent();
  stage.output.length = 0;
  fleet.resume();
  const refusals = (): number => stage.output.join('').split('was it restored from a snapshot').length - 1;
  if (!(await until(() => refusals() >= 6))) stage.faults.push('rule 11: no process said that the database was restored');
  if (sent() !== before) stage.faults.push(`rule 11: ${sent() - before} messages left before the epoch was raised`);
  stage.mayComeTwice = await waiting(stage);
  await raise(stage);
}

async function leasesGiven({ ctx }: Stage): Promise<number> {
  const { rows } = await sql<{ given: number }>`SELECT last_value::integer AS given FROM lease_serial`.execute(ctx.db);
  return rows[0]?.given ?? 0;
}

/** Who has no outcome in the past that was put back. */
async function waiting({ ctx, digestId }: Stage): Promise<Set<string>> {
  const { rows } = await sql<{ address: string }>`
    SELECT address FROM delivery JOIN subscriber ON subscriber.id = delivery.subscriber_id
    WHERE digest_id = ${digestId}
      AND NOT EXISTS (SELECT FROM outcome WHERE outcome.digest_id = delivery.digest_id AND outcome.subscriber_id = delivery.subscriber_id)`.execute(
    ctx.db,
  );
  return new Set(rows.map(({ address }) => address));
}

const copyOf = (name: string): string => `${name}_snapshot`;

/** A copy needs the database for itself: its sessions are ended, as a fail-over would, and come back. */
async function snapshot(client: pg.Client, name: string): Promise<void> {
  await close(client, name);
  await client.query(`CREATE DATABASE ${copyOf(name)} TEMPLATE ${name} STRATEGY file_copy`);
  await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
}

async function putBack(client: pg.Client, name: string): Promise<void> {
  await close(client, name);
  await client.query(`DROP DATABASE ${name}`);
  await client.query(`ALTER DATABASE ${copyOf(name)} RENAME TO ${name}`);
}

async function close(client: pg.Client, name: string): Promise<void> {
  await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
  const others = async (): Promise<number | null> =>
    (await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])).rowCount;
  await until(async () => (await others()) === 0);
}

async function onServer({ databaseUrl }: Stage, act: (client: pg.Client, name: string) => Promise<void>): Promise<void> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await act(client, name);
  } finally {
    await client.end();
  }
}

/** As an operator does it. */
async function raise({ databaseUrl, ctx }: Stage): Promise<void> {
  const env = { PATH: process.env['PATH'], NODE_ENV: 'test', DATABASE_URL: databaseUrl, DATA_DIR: ctx.config.dataDir };
  const keys = { SMTP_URL: 'smtp://127.0.0.1:9', SECRET_KEY: ctx.config.keys.secret, BRIEFING_HASH_KEY: ctx.config.keys.hash };
  await promisify(execFile)(process.execPath, [projectFile('dist/src/cli.js'), 'epoch', 'raise', '--yes'], { env: { ...env, ...keys } });
}
