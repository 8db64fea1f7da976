import { sql } from 'kysely';
import { type Config, ConfigError } from '#src/config';
import type { Db } from '#src/db/client';

/**
 * "Nothing leaves without a durable lease" is only true when a commit is durable. Tests may run without, all others must not.
 * @throws naming the setting that is off
 */
export async function refuseUnsafeDatabase(db: Db, config: Config): Promise<void> {
  if (config.isTest) return;
  const { rows } = await sql<{ name: string; setting: string }>`
    SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off'`.execute(
    db,
  );
  if (rows.length === 0) return;
  const off = rows.map(({ name }) => `${name} = off`).join(', ');
  throw new ConfigError(`DATABASE_URL: Postgres has ${off}: a crash could lose a lease, and a reader would be mailed twice. Turn it on.`);
}
