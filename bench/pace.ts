import { setTimeout as wait } from 'node:timers/promises';
import type { Variant } from '#src/digests/render-variant';
import { addReaders, freezeDigest, letGo, renderSample } from './digest.js';
import type { Figure, Findings, Round } from './figure.js';
import { launch } from './launch.js';
import { openSink, type WatchingSink } from './sinks.js';
import { openStage, type Stage } from './stage.js';

export interface PaceSizes {
  rounds: number;
  /** How long the pace is watched. */
  seconds: number;
  rates: readonly number[];
  /** How many processes share the rate. */
  senders: readonly number[];
}

interface Pace {
  /** The mean rate by the one that was asked for. */
  mean: number;
  /** The most that any second saw, wherever it begins, by the rate: of beginnings and of ends at the sink. */
  begun: number;
  ended: number;
}

const settleMs = 3_000; // until all connections are open

/** A digest that leaves at a rate: whether it keeps it, and whether any second sees more. */
export async function measurePace({ rounds, seconds, rates, senders }: PaceSizes): Promise<Findings> {
  const sink = await openSink();
  const stage = await openStage();
  try {
    await addReaders(stage.ctx, 'israel-briefing', Math.ceil(Math.max(...rates) * (seconds + settleMs / 1_000 + 5)));
    const variant = await renderSample(stage.ctx, 'english-twelve-no-image');
    const figures: Figure[] = [];
    for (const rate of rates) {
      for (const count of senders) {
        const found: Record<keyof Pace, Round[]> = { mean: [], begun: [], ended: [] };
        for (let round = 0; round < rounds; round += 1) {
          const { pace, otherCores } = await watchPace(stage, sink, variant, { rate, senders: count, seconds });
          for (const part of ['mean', 'begun', 'ended'] as const) found[part].push({ value: pace[part], otherCores });
        }
        const what = `${rate}/s by ${count === 1 ? 'one process' : `${count} processes`}`;
        figures.push(
          { name: `${what}: mean of ${seconds} s ÷ the rate`, unit: 'share', rounds: found.mean, goal: { within: [0.98, 1.0] } },
          { name: `${what}: most begun in any second ÷ the rate`, unit: 'share', rounds: found.begun, goal: { atMost: 1 } },
          { name: `${what}: most ended in any second ÷ the rate`, unit: 'share', rounds: found.ended, goal: { atMost: 1 } },
        );
      }
    }
    return { figures, notRun: [] };
  } finally {
    await stage.close();
    await sink.stop();
  }
}

async function watchPace(
  { ctx, environment, watch }: Stage,
  sink: WatchingSink,
  variant: Variant,
  { rate, senders, seconds }: { rate: number; senders: number; seconds: number },
): Promise<{ pace: Pace; otherCores: number }> {
  const SMTP_URL = `smtp://127.0.0.1:${sink.port}?connections=8&rate=${rate}`;
  const workers = await Promise.all(Array.from({ length: senders }, () => launch('workers/deliver', { ...environment, SMTP_URL })));
  const digestId = await freezeDigest(ctx, 'israel-briefing', variant);
  try {
    await sink.watch();
    const { otherCores } = await watch(async () => {
      await letGo(ctx, digestId);
      await wait(settleMs + seconds * 1_000 + 500);
    });
    const { begun, ended } = await sink.moments();
    const from = (begun[0] ?? NaN) + settleMs;
    const watched = begun.filter((at) => at >= from && at < from + seconds * 1_000);
    const pace = { mean: watched.length / seconds / rate, begun: mostInASecond(begun) / rate, ended: mostInASecond(ended) / rate };
    return { pace, otherCores };
  } finally {
    await ctx.db.updateTable('digest').set({ state: 'cancelled' }).where('id', '=', digestId).execute();
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

function mostInASecond(moments: readonly number[]): number {
  const inOrder = moments.toSorted((one, other) => one - other);
  let most = 0;
  for (let first = 0, last = 0; last < inOrder.length; last += 1) {
    while ((inOrder[last] ?? 0) - (inOrder[first] ?? 0) >= 1_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
