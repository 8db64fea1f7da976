import { cpus, loadavg, release, totalmem } from 'node:os';
import { sql } from 'kysely';
import { openStage } from './stage.js';

/** What the figures depend on beside the code. */
export interface Conditions {
  processors: string;
  memory: string;
  system: string;
  node: string;
  postgres: string;
  redis: string;
  /** Of the last minute, before and after: 2 cores are full at 2. */
  loadBefore: number;
  loadAfter: number;
  startedAt: string;
}

export async function readConditions(): Promise<Omit<Conditions, 'loadAfter'>> {
  const stage = await openStage();
  try {
    const { rows } = await sql<{ version: string; fsync: string }>`
      SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync`.execute(stage.ctx.db);
    return {
      processors: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
      memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
      system: `${process.platform} ${release()}`,
      node: process.version,
      postgres: `${rows[0]?.version}, fsync ${rows[0]?.fsync}`,
      redis: process.env['TEST_REDIS_URL'] === undefined ? 'none' : 'yes',
      loadBefore: oneMinuteLoad(),
      startedAt: new Date().toISOString(),
    };
  } finally {
    await stage.close();
  }
}

export function oneMinuteLoad(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}
