import type { Context } from '#src/context';
import { missingMigrations } from '#src/db/missing-migrations';

type PartState = 'ok' | 'away' | 'behind';

/** What a request needs, asked at the same time, each for 3 seconds at most. */
export async function readiness(ctx: Context): Promise<{ database: PartState; queue: PartState; migrations: PartState }> {
  const [migrations, isQueueUp] = await Promise.all([withDeadline(migrationState(ctx)), withDeadline(ctx.bells.isUp())]);
  return { database: migrations === undefined ? 'away' : 'ok', queue: isQueueUp ? 'ok' : 'away', migrations: migrations ?? 'away' };
}

/** `behind`: a migration of this version has not run. */
async function migrationState(ctx: Context): Promise<PartState> {
  return (await missingMigrations(ctx.db)).length === 0 ? 'ok' : 'behind';
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
