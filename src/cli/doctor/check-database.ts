import { sql } from 'kysely';
import { type Finding, reasonOf } from '#src/cli/doctor/finding';
import type { Context } from '#src/context';
import { findDatabaseFaults } from '#src/db/find-database-faults';

/** Reachable, of a version that we know, migrated, ours to write, and one whose COMMIT means that the row is on the disk. */
export async function checkDatabase(ctx: Context): Promise<Finding[]> {
  const part = 'database';
  try {
    const { rows } = await sql<{ version: string; commit: string }>`
      SELECT current_setting('server_version_num') AS version, current_setting('synchronous_commit') AS commit`.execute(ctx.db);
    const major = Math.floor(Number(rows[0]?.version) / 10_000);
    const faults = await findDatabaseFaults(ctx.db, ctx.config);
    return [
      { part, level: major >= 15 ? 'ok' : 'bad', detail: `answers; Postgres ${major}${major >= 15 ? '' : ', which is older than 15'}` },
      ...(faults.length === 0
        ? [{ part, level: 'ok', detail: 'migrated and ours to use' } as const]
        : faults.map((detail) => ({ part, level: 'bad', detail }) as const)),
      rows[0]?.commit === 'off'
        ? { part, level: 'bad', detail: 'synchronous_commit is off: after a power cut readers could get a digest twice' }
        : { part, level: 'ok', detail: 'a commit is on the disk' },
    ];
  } catch (error) {
    return [{ part, level: 'bad', detail: `does not answer: ${reasonOf(error)}` }];
  }
}
