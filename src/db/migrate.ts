import { runMigrations as migrateQueue } from 'bullmq';
import { PG_MIGRATE_LOCK_ID, runner } from 'node-pg-migrate';
import pg from 'pg';
import { Refusal } from '#src/errors';
import { projectFile } from '#src/project';

/**
 * Applies what is missing, in order, each in a transaction of its own, under an advisory lock: any number of processes may call it at once. Forward only.
 * @throws Refusal unavailable when somebody holds a table for long; what was applied before stays, and it may be called again
 */
export async function migrate(databaseUrl: string, say: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(${PG_MIGRATE_LOCK_ID})`); // the runner's, taken before the limit below: this wait has none
    // who waits for a table makes all others wait who come after: a digest would stand behind a backup
    await client.query(`SET lock_timeout = '3s'`);
    await runner({
      dbClient: client,
      dir: projectFile('src/db/migrations'),
      direction: 'up',
      migrationsTable: 'migration',
      noLock: true,
      log: () => undefined,
      logger: { info: () => undefined, warn: say, error: say },
    });
    await migrateQueue(client);
  } catch (error) {
    throw isHeld(error) ? new Refusal('unavailable', held, { cause: error }) : error;
  } finally {
    await client.end();
  }
}

const held =
  'Somebody holds a table that a migration changes (a digest under way, a backup, an open transaction). Run it again when that is over.';

/** 55P03 lock_not_available */
function isHeld(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '55P03';
}
