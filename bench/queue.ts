import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Context } from '#src/context';
import { draftDigest } from '#src/digests/draft-digest';
import { sendDigest } from '#src/digests/send-digest';
import { addReaders, type Newsletter } from './digest.js';
import { openNewsroom } from '../test/digests/newsroom.js';
import type { Figure, Findings } from './figure.js';
import { launch } from './launch.js';
import { openSink } from './sinks.js';
import { openStage, type Stage } from './stage.js';

export interface QueueSizes {
  rounds: number;
  few: number;
  many: number;
}

const settleMs = 3_000;
const pollMs = 100;
const patienceMs = 10 * 60_000;

/** Jobs that one digest puts into the queue from "send" to its end, with every worker at work: bells, not readers. */
export async function measureQueue({ rounds, few, many }: QueueSizes): Promise<Findings> {
  const sink = await openSink();
  const stage = await openStage({ settings: { SMTP_URL: `smtp://127.0.0.1:${sink.port}?connections=8` } });
  const workers = await Promise.all(['clock', 'digest', 'deliver'].map((role) => launch(`workers/${role}`, stage.environment)));
  try {
    const audiences: Record<Newsletter, number> = { 'israel-briefing-he': few, 'israel-briefing': many };
    const figures: Figure[] = [];
    for (const [newsletter, count] of Object.entries(audiences)) {
      await addReaders(stage.ctx, newsletter as Newsletter, count);
      const figure: Figure = { name: `jobs of a digest for ${count} readers`, unit: 'jobs', rounds: [], goal: { atMost: 12 } };
      for (let round = 0; round < rounds; round += 1) figure.rounds.push(await jobsOfOne(stage, newsletter as Newsletter));
      figures.push(figure);
    }
    return { figures, notRun: [] };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await stage.close();
    await sink.stop();
  }
}

async function jobsOfOne({ ctx, watch }: Stage, newsletter: Newsletter) {
  const { id } = await draftDigest(ctx, {
    newsletter,
    cadence: 'daily',
    articles: [{ articleId: await openNewsroom(ctx).article(), slot: 'top', headline: null, description: null, whyItMatters: null }],
  });
  await wait(settleMs); // the bells of the start have rung
  const before = await jobsEver(ctx);
  const { otherCores } = await watch(async () => {
    await sendDigest(ctx, id, { holdSeconds: 0 });
    await untilFinished(ctx, id);
  });
  return { value: (await jobsEver(ctx)) - before, otherCores };
}

/** BullMQ numbers its jobs from one sequence. */
async function jobsEver({ db }: Context): Promise<number> {
  const { rows } = await sql<{ jobs: string }>`SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS jobs FROM bullmq.job_seq`.execute(
    db,
  );
  return Number(rows[0]?.jobs ?? 0);
}

async function untilFinished({ db }: Context, digestId: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { state, state_reason } = await db
      .selectFrom('digest')
      .select(['state', 'state_reason'])
      .where('id', '=', digestId)
      .executeTakeFirstOrThrow();
    if (state === 'finished') return;
    if (state === 'draft' || state === 'skipped' || Date.now() > deadline) throw new Error(`a digest stayed ${state}: ${state_reason}`);
    await wait(pollMs);
  }
}
