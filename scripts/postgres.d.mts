/** What tests call: `ensurePostgres({ name: 'faults' })` for a server with fsync on. */
export interface EmbeddedPostgres {
  /** A superuser's connection to the database `postgres`. */
  readonly url: string;
  readonly startedByUs: boolean;
  readonly port: number;
  readonly dataDirectory: string;
  /** Starts a killed server again, on its old port where that is free. */
  readonly revive: () => Promise<void>;
  /** The last one out stops the server. */
  readonly stop: () => Promise<void>;
}

export function ensurePostgres(wanted: {
  name: 'data' | 'test' | 'faults' | 'bench';
  dataDir?: string;
  /** Server settings. */
  tuning?: Record<string, string>;
  /** What only the single user may do, before anybody joins. */
  whenAlone?: (url: string) => Promise<void>;
}): Promise<EmbeddedPostgres>;

/** Stops a server whose users were all killed; nothing happens while somebody uses it. */
export function stopUnused(name: 'data' | 'test' | 'faults' | 'bench'): Promise<void>;
