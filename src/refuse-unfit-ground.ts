import { ConfigError } from '#src/config';
import type { Context } from '#src/context';
import { isDatabaseAway } from '#src/db/client';
import { findDatabaseFaults } from '#src/db/find-database-faults';
import { findQueueFaults } from '#src/find-queue-faults';

/**
 * Before a process does anything: whether the database and the queue can carry it. What is merely away may come back and is no fault; what would
 * fail in mid-send is refused now, all of it in one message.
 * @throws ConfigError
 */
export async function refuseUnfitGround(ctx: Pick<Context, 'db' | 'config' | 'log'>): Promise<void> {
  const [database, queue] = await Promise.all([databaseFaults(ctx), findQueueFaults(ctx.config)]);
  for (const warning of queue.warnings) ctx.log.warn({ warning }, 'the queue was not looked at');
  const faults = [...database.map((fault) => `DATABASE_URL: ${fault}`), ...queue.faults.map((fault) => `REDIS_URL: ${fault}`)];
  if (faults.length > 0) throw new ConfigError(`This cannot start:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}

async function databaseFaults({ db, config, log }: Pick<Context, 'db' | 'config' | 'log'>): Promise<string[]> {
  try {
    return await findDatabaseFaults(db, config);
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    log.warn({ error: String(error) }, 'Postgres is away: it was not looked at');
    return [];
  }
}
