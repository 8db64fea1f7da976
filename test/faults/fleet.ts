import { type ChildProcess, spawn } from 'node:child_process';
import type { Environment } from '#src/config';
import { projectFile } from '#src/project';
import { nodeFlags } from '../support/node-flags.js';

/** One delivering process: the emitted code, and the settings that it alone has. */
export interface Member {
  program?: string;
  environment?: Environment;
}

/** Delivering processes as an operator runs them: started again when they die. */
export interface Fleet {
  /** Process ids of those that live. */
  pids(): number[];
  kill(pid: number): void;
  /** SIGSTOP, and SIGCONT after `ms`: a process that sleeps past its lease. */
  freeze(pid: number, ms: number): void;
  /** SIGKILL of all, and no new ones until `resume`. */
  halt(): Promise<void>;
  resume(): void;
  /** How many were ended by SIGKILL, our own or a fail point's, but for those that `halt` ended. */
  killed(): number;
  stop(): Promise<void>;
}

const restartAfterMs = 200;

/** `wanted`: how many alike, or each by itself. */
export function startFleet(wanted: number | readonly Member[], environment: Environment, say: (line: string) => void): Fleet {
  const members: readonly Member[] = typeof wanted === 'number' ? Array.from({ length: wanted }, () => ({})) : wanted;
  const living = new Map<ChildProcess, number>();
  let killed = 0;
  let isHalted = false;

  const start = (n: number, more: Environment): void => {
    const { program = projectFile('dist/workers/deliver.js'), environment: own } = members[n] ?? {};
    const child = spawn(process.execPath, [...(nodeFlags['workers/deliver'] ?? []), program], {
      env: { PATH: process.env['PATH'], ...environment, ...own, ...more },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // it ends by itself when we are gone
    });
    living.set(child, n);
    child.stdout?.on('data', (chunk: Buffer) => say(chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => say(chunk.toString()));
    child.on('exit', (_code, signal) => {
      living.delete(child);
      if (isHalted) return;
      if (signal === 'SIGKILL') killed += 1;
      setTimeout(() => isHalted || start(n, { BRIEFING_FAIL_POINT: '' }), restartAfterMs); // a fail point strikes once
    });
  };
  const startAll = (more: Environment): void => members.forEach((_member, n) => start(n, more));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    isHalted = true;
    const ended = [...living.keys()].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of living.keys()) child.kill(signal);
    const late = setTimeout(() => [...living.keys()].forEach((child) => child.kill('SIGKILL')), 10_000);
    await Promise.all(ended);
    clearTimeout(late);
  };
  startAll({});

  return {
    pids: () => [...living.keys()].flatMap(({ pid }) => pid ?? []),
    kill: (pid) => send(pid, 'SIGKILL'),
    freeze(pid, ms) {
      send(pid, 'SIGSTOP');
      setTimeout(() => send(pid, 'SIGCONT'), ms);
    },
    halt: () => end('SIGKILL'),
    resume() {
      isHalted = false;
      startAll({ BRIEFING_FAIL_POINT: '' });
    },
    killed: () => killed,
    stop: () => end('SIGTERM'),
  };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it died of itself in this moment
  }
}
