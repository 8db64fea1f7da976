import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from '#src/config';
import { projectFile } from '#src/project';
import { nodeFlags } from '../test/support/node-flags.js';

/** A process of its own, as an operator would run it: emitted code, nothing in its environment but what it is given. */
export interface Launched {
  pid: number;
  /** Sends an order and resolves with what the process says next. */
  ask<Answer>(order: unknown): Promise<Answer>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}

const graceMs = 10_000;

/** Starts `dist/<entry>.js` and waits for its first message: it is ready. Rejects when it ends before. */
export async function launch(entry: string, environment: Environment = {}): Promise<Launched> {
  const child = fork(projectFile(`dist/${entry}.js`), {
    env: { PATH: process.env['PATH'], ...environment },
    execArgv: [...(nodeFlags[entry] ?? [])],
    stdio: ['ignore', 2, 2, 'ipc'], // our own output is the report
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const failed = ended.then(([code, signal]) => {
    throw new Error(`${entry} ended (${signal ?? `code ${code}`})`);
  });
  failed.catch(() => undefined);
  const answer = () => Promise.race([failed, once(child, 'message')]);
  await answer();
  return {
    pid: child.pid ?? 0,
    async ask<Answer>(order: unknown) {
      const answered = answer();
      child.send(order as object);
      return (await answered)[0] as Answer;
    },
    async stop() {
      const late = setTimeout(() => child.kill('SIGKILL'), graceMs);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(late);
    },
  };
}
