import { type ChildProcess, spawn } from 'node:child_process';
import { projectFile } from '#src/project';
import type { Environment } from '#src/config';

/** Delivering processes as an operator runs them: the emitted code, started again when they die. */
export interface Fleet {
  /** Process ids of those that live. */
  pids(): number[];
  kill(pid: number): void;
  /** SIGSTOP, and SIGCONT after `ms`: a process that sleeps past its lease. */
  freeze(pid: number, ms: number): void;
  /** How many were ended by SIGKILL, our own or a fail point's. */
  killed(): number;
  stop(): Promise<void>;
}

export function startFleet(size: number, environment: Environment, say: (line: string) => void): Fleet {
  const living = new Set<ChildProcess>();
  let killed = 0;
  let isStopping = false;

  const start = (more: Environment): void => {
    const child = spawn(process.execPath, [projectFile('dist/workers/deliver.js')], {
      env: { PATH: process.env['PATH'], ...environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    living.add(child);
    child.stdout.on('data', (chunk: Buffer) => say(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => say(chunk.toString()));
    child.on('exit', (_code, signal) => {
      living.delete(child);
      if (signal === 'SIGKILL') killed += 1;
      if (!isStopping) setTimeout(() => isStopping || start({ BRIEFING_FAIL_POINT: '' }), 200); // a fail point strikes once
    });
  };
  for (let n = 0; n < size; n += 1) start(n === 0 ? {} : { BRIEFING_FAIL_POINT: '' });

  const send = (pid: number, signal: NodeJS.Signals): void => {
    try {
      process.kill(pid, signal);
    } catch {
      // it died of itself in this moment
    }
  };
  return {
    pids: () => [...living].flatMap(({ pid }) => pid ?? []),
    kill: (pid) => send(pid, 'SIGKILL'),
    freeze(pid, ms) {
      send(pid, 'SIGSTOP');
      setTimeout(() => send(pid, 'SIGCONT'), ms);
    },
    killed: () => killed,
    async stop() {
      isStopping = true;
      const ended = [...living].map((child) => new Promise((resolve) => child.once('exit', resolve)));
      for (const child of living) child.kill('SIGTERM');
      const late = setTimeout(() => [...living].forEach((child) => child.kill('SIGKILL')), 10_000);
      await Promise.all(ended);
      clearTimeout(late);
    },
  };
}
