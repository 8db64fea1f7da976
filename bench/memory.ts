import { setTimeout as wait } from 'node:timers/promises';
import { operator } from '#src/accounts/actor';
import { createKey } from '#src/accounts/create-key';
import type { Variant } from '#src/digests/render-variant';
import { residentBytes } from './cpu.js';
import { addReaders, freezeDigest, type Newsletter, renderSample, sendDigest } from './digest.js';
import { type Figure, type Findings, ratioOf, type Round } from './figure.js';
import { launch } from './launch.js';
import { openSink } from './sinks.js';
import { openStage, type Stage } from './stage.js';

export interface MemorySizes {
  rounds: number;
  few: number;
  many: number;
}

interface Memory {
  api: { idle: number; peak: number };
  worker: { idle: number; peak: number };
  otherCores: number;
}

const settleMs = 3_000;
const lookEveryMs = 50;
const askEveryMs = 250; // an editor who watches the digest go

/** Resident memory of fresh processes, at rest and at their peak while a digest leaves for few and for many readers. */
export async function measureMemory({ rounds, few, many }: MemorySizes): Promise<Findings> {
  const sink = await openSink();
  const stage = await openStage({ settings: { SMTP_URL: `smtp://127.0.0.1:${sink.port}?connections=8` } });
  try {
    const audiences: Record<Newsletter, number> = { 'israel-briefing-he': few, 'israel-briefing': many };
    for (const [newsletter, count] of Object.entries(audiences)) await addReaders(stage.ctx, newsletter as Newsletter, count);
    const variant = await renderSample(stage.ctx, 'english-twelve-no-image');
    const [forFew, forMany]: [Memory[], Memory[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      forFew.push(await sendOnce(stage, 'israel-briefing-he', variant));
      forMany.push(await sendOnce(stage, 'israel-briefing', variant));
    }
    return { figures: figuresOf({ few, many }, forFew, forMany), notRun: [] };
  } finally {
    await stage.close();
    await sink.stop();
  }
}

async function sendOnce(stage: Stage, newsletter: Newsletter, variant: Variant): Promise<Memory> {
  const digestId = await freezeDigest(stage.ctx, newsletter, variant);
  const { key } = await createKey(stage.ctx, operator, { name: 'bench', scopes: ['digests:read'] });
  const api = await launch('src/server', stage.environment);
  const worker = await launch('workers/deliver', stage.environment);
  try {
    await wait(settleMs);
    const idle = { api: residentBytes(api.pid), worker: residentBytes(worker.pid) };
    const peak = { ...idle };
    const looking = setInterval(() => {
      peak.api = Math.max(peak.api, residentBytes(api.pid));
      peak.worker = Math.max(peak.worker, residentBytes(worker.pid));
    }, lookEveryMs);
    const faults: unknown[] = [];
    const ask = () => askProgress(stage.port, digestId, key).catch((error: unknown) => faults.push(error));
    const asking = setInterval(() => void ask(), askEveryMs);
    const { otherCores } = await stage
      .watch(() => sendDigest(stage.ctx, digestId))
      .finally(() => {
        clearInterval(looking);
        clearInterval(asking);
      });
    if (faults.length > 0) throw faults[0];
    return { api: { idle: idle.api, peak: peak.api }, worker: { idle: idle.worker, peak: peak.worker }, otherCores };
  } finally {
    await Promise.all([api.stop(), worker.stop()]);
  }
}

async function askProgress(port: number, digestId: string, key: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/digests/${digestId}/progress`, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`the progress of a digest answered ${response.status}`);
  await response.text();
}

function figuresOf({ few, many }: { few: number; many: number }, forFew: readonly Memory[], forMany: readonly Memory[]): Figure[] {
  const megabytes = (memories: readonly Memory[], role: 'api' | 'worker', when: 'idle' | 'peak'): Round[] =>
    memories.map((memory) => ({ value: memory[role][when] / 1e6, otherCores: memory.otherCores }));
  return (['worker', 'api'] as const).flatMap((role): Figure[] => [
    { name: `${role}: idle`, unit: 'MB', rounds: megabytes([...forFew, ...forMany], role, 'idle') },
    { name: `${role}: peak for ${few} readers`, unit: 'MB', rounds: megabytes(forFew, role, 'peak') },
    { name: `${role}: peak for ${many} readers`, unit: 'MB', rounds: megabytes(forMany, role, 'peak') },
    {
      name: `${role}: peak for ${many} ÷ for ${few}`,
      unit: 'ratio',
      rounds: ratioOf(megabytes(forMany, role, 'peak'), megabytes(forFew, role, 'peak')),
      goal: { within: [0.9, 1.1] },
    },
  ]);
}
