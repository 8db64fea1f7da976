import { setTimeout as wait } from 'node:timers/promises';

/**
 * Some loops side by side that take a piece of work each, again and again. Without work they nap; a bell wakes them. Between two pieces they can
 * be stopped.
 */
export interface WorkLoop {
  wake(): void;
  /** Until there is nothing left to take; for tests and single runs. */
  drain(): Promise<void>;
  /** Until `stop`. */
  run(): Promise<void>;
  /** Takes nothing more; resolves when what was taken is done. */
  stop(): Promise<void>;
  isStopping(): boolean;
}

interface Work {
  atOnce: number;
  /** Does the next piece; false when there was none. */
  next(): Promise<boolean>;
  napMs(): Promise<number>;
  onError(error: unknown): void;
}

const napAfterErrorMs = 1_000;

export function openWorkLoop({ atOnce, next, napMs, onError }: Work): WorkLoop {
  let isStopping = false;
  let wakeUp = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  const loop = async (whenQuiet: 'return' | 'nap'): Promise<void> => {
    while (!isStopping) {
      let leastMs = 0;
      const found = await next().catch((error: unknown) => {
        onError(error);
        leastMs = napAfterErrorMs;
        return false;
      });
      if (found) continue;
      if (whenQuiet === 'return') return;
      await nap(leastMs);
    }
  };

  const nap = async (leastMs: number): Promise<void> => {
    const { signal } = wakeUp; // a bell during the question is not lost
    const ms = Math.max(leastMs, await napMs());
    if (!signal.aborted) await wait(ms, undefined, { signal }).catch(() => undefined);
    if (wakeUp.signal.aborted) wakeUp = new AbortController();
  };

  const start = async (whenQuiet: 'return' | 'nap'): Promise<void> => {
    running = Promise.all(Array.from({ length: atOnce }, () => loop(whenQuiet)));
    await running;
  };

  return {
    wake: () => wakeUp.abort(),
    drain: () => start('return'),
    run: () => start('nap'),
    async stop() {
      isStopping = true;
      wakeUp.abort();
      await running.catch(() => undefined);
    },
    isStopping: () => isStopping,
  };
}
