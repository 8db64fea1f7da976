import { Worker } from 'node:worker_threads';
import type { Context } from '#src/context';
import { projectFile } from '#src/project';

/** What the delivering process says to its sender thread. */
export type ThreadOrder = 'wake' | { stopWithinMs: number };

/**
 * Digests leave from a thread of their own that loads neither ioredis (it slows string work in its thread to half) nor MJML (memory). A thread
 * that dies is started again; its leases are taken back by the sweep.
 */
export function startSenderThread(ctx: Context): { wake(): void; stop(graceMs: number): Promise<void> } {
  let isStopping = false;
  let thread = start();

  function start(): Worker {
    const started = new Worker(projectFile('dist/workers/sender-thread.js'), { workerData: ctx.config });
    started.on('error', (error) => ctx.log.error({ error: error.stack }, 'the sender thread failed'));
    started.on('exit', (code) => {
      if (isStopping) return;
      ctx.log.error({ code }, 'the sender thread ended; it is started again');
      setTimeout(() => isStopping || (thread = start()), 1_000);
    });
    return started;
  }

  return {
    wake: () => thread.postMessage('wake' satisfies ThreadOrder),
    async stop(graceMs) {
      isStopping = true;
      const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
      thread.postMessage({ stopWithinMs: graceMs } satisfies ThreadOrder);
      await ended;
    },
  };
}
