import { sql } from 'kysely';
import type { Config } from '#src/config';
import type { Db } from '#src/db/client';
import { hearsNotices } from '#src/db/hears-notices';
import { missingMigrations } from '#src/db/missing-migrations';
import { missingPrivileges } from '#src/db/missing-privileges';

/**
 * Why this database cannot carry the service, each with what mends it; empty when it can.
 * @throws when Postgres is away
 */
export async function findDatabaseFaults(db: Db, { databaseUrl, redisUrl }: Pick<Config, 'databaseUrl' | 'redisUrl'>): Promise<string[]> {
  if (await isReadOnly(db)) return ['Postgres takes no writes here (a standby, or default_transaction_read_only): name the primary'];
  const privileges = await missingPrivileges(db, redisUrl === null ? ['bullmq'] : []); // the queue stands in Postgres too
  const faults = privileges.map(({ role, what, grant }) => `the role ${role} lacks ${what} (${grant})`);
  if (!privileges.some(({ what }) => what.endsWith('on migration') || what === 'USAGE on the schema public')) {
    const missing = await missingMigrations(db);
    if (missing.length > 0) faults.push(`the database lacks ${missing.join(', ')} (run: briefing migrate)`);
  }
  if (!(await hearsNotices(databaseUrl))) {
    faults.push('LISTEN hears no notice (a pooler in transaction mode? name Postgres itself, or a pooler in session mode)');
  }
  return faults;
}

async function isReadOnly(db: Db): Promise<boolean> {
  const { rows } = await sql<{ readOnly: boolean }>`
    SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS "readOnly"`.execute(db);
  return rows[0]?.readOnly === true;
}
