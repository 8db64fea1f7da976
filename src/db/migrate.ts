import { runMigrations as migrateQueue } from 'bullmq';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { projectFile } from '#src/project';

/** Applies what is missing, in order, under an advisory lock: any number of processes may call it at once. Forward only. */
export async function migrate(databaseUrl: string, say: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await runner({
      dbClient: client,
      dir: projectFile('src/db/migrations'),
      direction: 'up',
      migrationsTable: 'migration',
      advisoryLockMode: 'wait',
      log: () => undefined,
      logger: { info: () => undefined, warn: say, error: say },
    });
    await migrateQueue(client);
  } finally {
    await client.end();
  }
}
