import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Play, strokes } from '../play.js';
import type { Stage } from '../stage.js';
import { killOne } from './processes.js';

/** A Postgres that dies in mid-send, and comes back with what it had committed. */
export const postgresPlays = {
  'Postgres killed': { postgres: true, strike: (stage) => strokes(stage, 2, (struck) => goAway(struck, 'kill')) },
  'Postgres stopped at once': { postgres: true, strike: (stage) => strokes(stage, 2, (struck) => goAway(struck, 'stopImmediately')) },
  'Postgres backend killed': { postgres: true, strike: (stage) => strokes(stage, 3, killBackend) },
  'Postgres and a process killed': {
    postgres: true,
    strike: (stage) =>
      strokes(stage, 2, async (struck) => {
        killOne(struck);
        await goAway(struck, 'kill');
      }),
  },
} satisfies Record<string, Play>;

async function goAway({ postgres, chance }: Stage, how: 'kill' | 'stopImmediately'): Promise<void> {
  postgres?.[how]();
  await wait(chance.below(1_500));
  await postgres?.revive();
}

/** The postmaster cannot know what a backend that was killed did to the shared memory: it ends all of them and recovers. */
async function killBackend({ ctx, chance }: Stage): Promise<void> {
  const { rows } = await sql<{ pid: number }>`
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY pid`.execute(ctx.db);
  if (rows.length > 0) process.kill(chance.pick(rows).pid, 'SIGKILL');
}
