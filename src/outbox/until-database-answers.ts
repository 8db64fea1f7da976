import { setTimeout as wait } from 'node:timers/promises';
import { isDatabaseAway } from '#src/db/client';

/**
 * Tries `write` again and again while Postgres is away or its disk is full; what is to be written is in the journal too, so waiting loses
 * nothing. Null when `isAbandoned` says that there is no time to wait.
 */
export async function untilDatabaseAnswers<T>(write: () => Promise<T>, isAbandoned: () => boolean): Promise<T | null> {
  for (let pauseMs = 100; ; pauseMs = Math.min(2_000, pauseMs * 2)) {
    try {
      return await write();
    } catch (error) {
      if (!isDatabaseAway(error) && !isDiskFull(error)) throw error;
      if (isAbandoned()) return null;
      await wait(pauseMs);
    }
  }
}

function isDiskFull(error: unknown): boolean {
  return (error as { code?: unknown }).code === '53100';
}
