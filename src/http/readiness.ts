import { readdirSync } from 'node:fs';
import { sql } from 'kysely';
import type { Context } from '#src/context';
import { projectFile } from '#src/project';

type PartState = 'ok' | 'away' | 'behind';

/** What a request needs, asked at the same time, each for 3 seconds at most. */
export async function readiness(ctx: Context): Promise<{ database: PartState; queue: PartState; migrations: PartState }> {
  const [migrations, isQueueUp] = await Promise.all([withDeadline(migrationState(ctx)), withDeadline(ctx.bells.isUp())]);
  return { database: migrations === undefined ? 'away' : 'ok', queue: isQueueUp ? 'ok' : 'away', migrations: migrations ?? 'away' };
}

/** `behind`: a migration of this version has not run. One that we do not know is a newer version's, which is allowed to be ahead. */
async function migrationState(ctx: Context): Promise<PartState> {
  const wanted = readdirSync(projectFile('src/db/migrations')).filter((name) => name.endsWith('.sql'));
  await sql`SELECT 1`.execute(ctx.db);
  const { rows } = await sql<{ name: string }>`SELECT name FROM migration`.execute(ctx.db).catch(() => ({ rows: [] }));
  const applied = new Set(rows.map((row) => row.name));
  return wanted.every((name) => applied.has(name.replace(/\.sql$/, ''))) ? 'ok' : 'behind';
}

async function withDeadline<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), 3_000);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
