import { Worker } from 'node:worker_threads';
import type { Config } from '#src/config';
import type { Context } from '#src/context';
import { parseRelays } from '#src/mail/relay';
import { projectFile } from '#src/project';

/** What the delivering process says to its sender thread. */
export type ThreadOrder = 'wake' | { stopWithinMs: number };

export interface SenderThreads {
  wake(): void;
  stop(graceMs: number): Promise<void>;
}

/**
 * Digests leave from threads of their own, `BRIEFING_SENDER_THREADS` of them, that load neither ioredis (it slows string work in its thread to half)
 * nor MJML (memory). Each is a sender like any other: they know of each other by their leases alone.
 */
export function startSenderThreads(ctx: Context): SenderThreads {
  const { senderThreads, smtpUrl } = ctx.config;
  const fewest = Math.min(...parseRelays(smtpUrl).map(({ connections }) => connections)); // a thread without a connection would take one of its own
  const many = Math.min(senderThreads, fewest);
  const threads = Array.from({ length: many }, () => startThread(ctx, { ...ctx.config, senderThreads: many }));
  return {
    wake: () => threads.forEach((thread) => thread.wake()),
    stop: async (graceMs) => void (await Promise.all(threads.map((thread) => thread.stop(graceMs)))),
  };
}

/**
 * What a sender makes is small and soon gone: V8's own 48 MB for it would only be filled before they are collected. What it keeps is 20 MB; a
 * bound makes V8 collect that sooner too. Where the process has a bound of its own (`scripts/node-flags.mjs`), that one counts.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 256 };

/** A thread that dies is started again; its leases are taken back by the sweep. */
function startThread(ctx: Context, workerData: Config): SenderThreads {
  let isStopping = false;
  let thread = start();

  function start(): Worker {
    const started = new Worker(projectFile('dist/workers/sender-thread.js'), {
      workerData,
      resourceLimits,
    });
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
      if (thread.threadId < 0) return; // it has ended by itself a moment ago
      const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
      thread.postMessage({ stopWithinMs: graceMs } satisfies ThreadOrder);
      await ended;
    },
  };
}
