import { ConfigError } from '#src/config';
import { Refusal } from '#src/errors';

/**
 * Runs the body of a process's entry file. A fault of the settings or of the surroundings is told in words, without a stack, and ends the
 * process with status 1; a bug keeps its stack.
 */
export async function runEntry(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 500).unref(); // what was half opened must not keep a failed start alive
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof Refusal) return error.message;
  const { code, message, address, port } = (error ?? {}) as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken: stop what listens there, or set PORT (BRIEFING_ADMIN_PORT, BRIEFING_WORKER_PORT) to another.`;
  if (code === 'ECONNREFUSED') return `Nothing answers at ${address ?? '?'}:${port ?? '?'}: is it running, and is its URL right?`;
  if (code === '28P01' || code === '28000') return `Postgres refused the sign-in: check DATABASE_URL (${message}).`;
  if (code === '3D000') return `Postgres has no such database: create it, or check DATABASE_URL (${message}).`;
  if (code === 'ENOSPC' || code === '53100') return `The disk is full: free some space and start again (${message}).`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Calls `close` once when the process is asked to stop: SIGTERM, SIGINT, or its supervisor is gone (the IPC channel closes). A second
 * signal, or 9 seconds, end it at once; the orchestrator's own limit is 10.
 */
export function stopGracefully(close: () => Promise<void>): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), 9_000).unref();
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', () => (process.connected ? undefined : stop())); // under a supervisor Ctrl-C reaches us as its SIGTERM
  process.on('disconnect', stop);
}

/** Tells the supervisor, if there is one, that this process does its work now. */
export function sayReady(): void {
  process.send?.({ ready: true });
}
