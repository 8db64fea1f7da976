import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Database } from '#src/db/tables';

export type Db = Kysely<Database>;
export type Tx = Transaction<Database>;
export type Pool = pg.Pool;
type Lost = (error: Error) => void;

/** `max` connections, opened on demand. A pool whose server goes away reports it to `onLost` and connects again by itself. */
export function openPool(databaseUrl: string, options: { max: number; name: string; onLost: Lost; searchPath?: string }): Pool {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: databaseUrl,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    ...(options.searchPath ? { options: `-c search_path=${options.searchPath}` } : {}),
  });
  // without a listener a lost connection ends the process: the pool hears the idle ones, each client its own while it is lent out
  pool.on('error', options.onLost);
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.setMaxListeners(0);
  return pool;
}

export function openDb(pool: Pool): Db {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

const mark = '/* prepared */';

/** A statement that begins with it is read and planned once a connection: for those that run many times a second, which that is half the cost of. */
export const prepared = sql.raw(mark);

class PreparingClient extends pg.Client {
  override query(...words: unknown[]): never {
    const [text, values, ...rest] = words;
    const isMarked = typeof text === 'string' && text.startsWith(mark);
    return super.query.apply(this, (isMarked ? [{ name: nameOf(text), text, values }, ...rest] : words) as never) as never;
  }
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const name = names.get(text) ?? `prepared-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  names.set(text, name);
  return name;
}

/** Whether `error` says that Postgres is away or going away (class 08, 57P0x, 53300, or no connection at all). Trying again may help. */
export function isDatabaseAway(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && /^(08|57P0|53300|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/.test(code)) return true;
  return (
    error instanceof Error &&
    /connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/i.test(error.message)
  );
}

/** Whether `error` is a unique or exclusion conflict, of `constraint` if named. */
export function isConflict(error: unknown, constraint?: string): boolean {
  const { code, constraint: violated } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && (constraint === undefined || violated === constraint);
}
