import pino, { type Logger } from 'pino';
import type { Config } from '#src/config';
import { type Db, openDb, openPool, type Pool } from '#src/db/client';
import { createRenderer, type Renderer } from '#src/mail/render';
import { type Bells, openBells, openQueueBackend, type QueueBackend } from '#src/queue';

/** What a process holds. Passed as the first argument to every verb; nothing else is global. */
export interface Context {
  config: Config;
  log: Logger;
  pool: Pool;
  db: Db;
  queueBackend: QueueBackend;
  bells: Bells;
  renderer: Renderer;
  now(): Date;
  close(): Promise<void>;
}

/** `overrides` is the tests' only seam: their clock, their log. */
export function openContext(config: Config, role: string, overrides: Partial<Pick<Context, 'now' | 'log' | 'renderer'>> = {}): Context {
  const log = overrides.log ?? openLog(config, role);
  const pool = openPool(config.databaseUrl, {
    max: 10,
    name: `briefing ${role}`,
    onLost: (error) => log.warn({ error: error.message }, 'a Postgres connection was lost'),
  });
  const queueBackend = openQueueBackend(config, log);
  const bells = openBells(queueBackend, log);
  const renderer = overrides.renderer ?? createRenderer();
  return {
    config,
    log,
    pool,
    db: openDb(pool),
    queueBackend,
    bells,
    renderer,
    now: overrides.now ?? (() => new Date(Date.now() + config.clockOffsetMs)),
    async close() {
      await Promise.allSettled([bells.close(), renderer.close()]);
      await pool.end();
    },
  };
}

/** Addresses and tokens stay out of the log: identifiers only, and these names are blanked should one slip in. */
function openLog(config: Config, role: string): Logger {
  return pino({
    level: config.logLevel,
    base: { role },
    redact: { paths: ['address', 'email', 'token', '*.address', '*.email', '*.token', 'req.headers'], censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
