import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { endedChildrenSeconds } from './cpu.js';
import type { PoolReport } from './pool.js';

/** Postfix's own load generator: C, no composition, no signing, no ledger. What a sender can cost at the least. */
export function canRunSmtpSource(): boolean {
  return spawnSync('smtp-source', []).error === undefined;
}

export async function runSmtpSource(wanted: { port: number; connections: number; messages: number; size: number }): Promise<PoolReport> {
  const { port, connections, messages, size } = wanted;
  const kept = ['-d', '-s', connections, '-l', size, '-m', messages, '-f', 'a@example.com', '-t', 'b@example.com', `127.0.0.1:${port}`];
  const [before, startedAt] = [endedChildrenSeconds(), performance.now()];
  const source = spawn('smtp-source', kept.map(String), { stdio: 'inherit' });
  const [code] = (await once(source, 'exit')) as [number];
  if (code !== 0) throw new Error(`smtp-source ended with ${code}`);
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, cpuSeconds: endedChildrenSeconds() - before };
}
