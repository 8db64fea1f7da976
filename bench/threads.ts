import { amounts, inRounds, onField, speedRatio } from './compare-senders.js';
import { renderSample, type Sample } from './digest.js';
import type { Figure, Findings } from './figure.js';
import { runOurs } from './senders.js';
import { openSink } from './sinks.js';

export interface ThreadsSizes {
  rounds: number;
  messages: number;
  samples: readonly Sample[];
}

/** One delivering process, with one sender thread and with two, over as many connections in all; plain and signed. */
export async function measureThreads({ rounds, messages, samples }: ThreadsSizes): Promise<Findings> {
  const sink = await openSink();
  try {
    const figures = await onField({ messages, sink }, async (field) => {
      const found: Figure[] = [];
      for (const sample of samples) {
        const variant = await renderSample(field.stage.ctx, sample);
        for (const [what, key] of [
          [sample, null],
          [`${sample}, signed`, field.rsaKey],
        ] as const) {
          const runs = await inRounds(rounds, {
            'ours with one thread': () => runOurs(field, variant, key, 1),
            'ours with two threads': () => runOurs(field, variant, key, 2),
          });
          found.push(speedRatio(what, runs, ['ours with two threads', 'ours with one thread'], { atLeast: 1.7 }));
          found.push(...Object.keys(runs).flatMap((sender) => amounts(what, runs, sender)));
        }
      }
      return found;
    });
    return { figures, notRun: [] };
  } finally {
    await sink.stop();
  }
}
