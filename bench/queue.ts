import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { setTimeout as wait } from 'node:timers/promises';
import { lanes } from '#src/jobs';
import { cpuSeconds } from './cpu.js';
import { addReaders, type Newsletter } from './digest.js';
import { draftOne, sendOne, untilFinished } from './editor.js';
import type { Figure, Findings, Round } from './figure.js';
import { launch } from './launch.js';
import { openSink } from './sinks.js';
import { openStage, type QueueName, type Stage } from './stage.js';

export interface QueueSizes {
  rounds: number;
  few: number;
  many: number;
  queues: readonly QueueName[];
}

const settleMs = 3_000;
const lookEveryMs = 50;

/** Jobs that one digest puts into the queue from "send" to its end, with every worker at work: bells, not readers. And what they cost its server. */
export async function measureQueue({ queues, ...sizes }: QueueSizes): Promise<Findings> {
  const findings: Findings = { figures: [], notRun: [] };
  for (const queue of queues) {
    if (queue === 'redis' && process.env['TEST_REDIS_URL'] === undefined)
      findings.notRun.push('the queue on Redis: there is no Redis here');
    else findings.figures.push(...(await onQueue(queue, sizes)));
  }
  return findings;
}

async function onQueue(queue: QueueName, { rounds, few, many }: Omit<QueueSizes, 'queues'>): Promise<Figure[]> {
  const sink = await openSink();
  const stage = await openStage({ queue, settings: { SMTP_URL: `smtp://127.0.0.1:${sink.port}?connections=8` } });
  const workers = await Promise.all(['clock', 'digest', 'deliver'].map((role) => launch(`workers/${role}`, stage.environment)));
  const eyes = queue === 'redis' ? watchRedis() : watchPostgres(stage);
  try {
    const audiences: Record<Newsletter, number> = { 'israel-briefing-he': few, 'israel-briefing': many };
    const figures: Figure[] = [];
    for (const [newsletter, readers] of Object.entries(audiences)) {
      await addReaders(stage.ctx, newsletter as Newsletter, readers);
      const found: Record<'jobs' | 'micros', Round[]> = { jobs: [], micros: [] };
      for (let round = 0; round < rounds; round += 1) {
        const { jobs, seconds, otherCores } = await costOfOne(stage, eyes, newsletter as Newsletter);
        found.jobs.push({ value: jobs, otherCores });
        found.micros.push({ value: (seconds / readers) * 1e6, otherCores });
      }
      const what = `queue on ${queue}, ${readers} readers`;
      figures.push({ name: `${what}: jobs of a digest`, unit: 'jobs', rounds: found.jobs, goal: { atMost: 12 } });
      const goal = readers === many ? { goal: { atMost: 15 } } : {}; // a digest for few costs the same and has fewer to share it
      figures.push({ name: `${what}: processor time of its server a reader`, unit: 'µs', rounds: found.micros, ...goal });
    }
    return figures;
  } finally {
    eyes.close();
    await Promise.all(workers.map((worker) => worker.stop()));
    await stage.close();
    await sink.stop();
  }
}

async function costOfOne({ ctx, watch }: Stage, eyes: Eyes, newsletter: Newsletter) {
  const id = await draftOne(ctx, newsletter);
  await wait(settleMs); // the bells of the start have rung
  const [jobs, seconds] = [await eyes.jobs(), await eyes.seconds()];
  const { otherCores } = await watch(async () => {
    await sendOne(ctx, id);
    await untilFinished(ctx, id);
  });
  return { jobs: (await eyes.jobs()) - jobs, seconds: (await eyes.seconds()) - seconds, otherCores };
}

/** What a queue has done since it was made, and the processor seconds of its server for it. */
interface Eyes {
  jobs(): Promise<number>;
  seconds(): Promise<number>;
  close(): void;
}

/** BullMQ numbers the jobs of a lane. */
function watchRedis(): Eyes {
  const redis = new Redis(process.env['TEST_REDIS_URL'] as string);
  return {
    jobs: async () => (await Promise.all(lanes.map((lane) => redis.get(`bull:${lane}:id`)))).reduce((sum, id) => sum + Number(id), 0),
    async seconds() {
      const used = (await redis.info('cpu')).matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm);
      return [...used].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
    },
    close: () => redis.disconnect(),
  };
}

/** The queue has connections of its own, and each is a process; they come and go. */
function watchPostgres({ ctx: { db } }: Stage): Eyes {
  const seen = new Map<number, number>();
  const look = async (): Promise<void> => {
    const { rows } = await sql<{ pid: number }>`
      SELECT pid FROM pg_stat_activity WHERE application_name = 'briefing queue' AND datname = current_database()`.execute(db);
    for (const { pid } of rows) seen.set(pid, Math.max(seen.get(pid) ?? 0, cpuSeconds([pid])));
  };
  const looking = setInterval(() => void look().catch(() => undefined), lookEveryMs);
  return {
    async jobs() {
      const last = sql<{ jobs: string }>`SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS jobs FROM bullmq.job_seq`;
      return Number((await last.execute(db)).rows[0]?.jobs ?? 0);
    },
    async seconds() {
      await look();
      return [...seen.values()].reduce((sum, seconds) => sum + seconds, 0);
    },
    close: () => clearInterval(looking),
  };
}
