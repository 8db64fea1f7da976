import { readdirSync } from 'node:fs';
import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import { projectFile } from '#src/project';

/** The migrations of this version that the database has not seen. One that we do not know is a newer version's, which may be ahead. */
export async function missingMigrations(db: Db): Promise<string[]> {
  const wanted = readdirSync(projectFile('src/db/migrations')).filter((name) => name.endsWith('.sql'));
  const applied = new Set(await appliedMigrations(db));
  return wanted.map((name) => name.replace(/\.sql$/, '')).filter((name) => !applied.has(name));
}

async function appliedMigrations(db: Db): Promise<string[]> {
  const { rows: tables } = await sql<{ there: boolean }>`SELECT to_regclass('migration') IS NOT NULL AS there`.execute(db);
  if (!tables[0]?.there) return [];
  const { rows } = await sql<{ name: string }>`SELECT name FROM migration`.execute(db);
  return rows.map(({ name }) => name);
}
