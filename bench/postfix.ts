import { amounts, inRounds, onField, speedRatio } from './compare-senders.js';
import { renderSample, type Sample } from './digest.js';
import type { Figure, Findings, Goal } from './figure.js';
import { type Field, prepareMessages, runOurs, runSource } from './senders.js';
import { hasPostfix, openPostfixSink, openSink } from './sinks.js';

export interface PostfixSizes {
  rounds: number;
  messages: number;
  /** Each with what we want of Postfix's speed, when we sign and when we do not. */
  samples: readonly { sample: Sample; goals?: Goals }[];
}

/** The same delivery path beside Postfix's load generator, on Postfix's sink, where the goals are, and the first sample on our faster one, for the record. */
export async function measureBesidePostfix({ rounds, messages, samples }: PostfixSizes): Promise<Findings> {
  if (!hasPostfix()) return { figures: [], notRun: ["smtp-source and smtp-sink are not on the PATH (Debian's package postfix has them)"] };
  const postfixSink = await openPostfixSink();
  const ourSink = await openSink();
  try {
    const figures: Figure[] = [];
    await onField({ messages, sink: postfixSink }, async (field) => {
      for (const { sample, goals = {} } of samples)
        figures.push(...(await compare(field, { sample, sinkName: 'smtp-sink', rounds, goals })));
    });
    await onField({ messages, sink: ourSink }, async (field) => {
      const first = samples[0];
      if (first) figures.push(...(await compare(field, { sample: first.sample, sinkName: 'our sink', rounds, goals: {} })));
    });
    return { figures, notRun: [] };
  } finally {
    await Promise.all([postfixSink.stop(), ourSink.stop()]);
  }
}

interface Wanted {
  sample: Sample;
  sinkName: string;
  rounds: number;
  goals: Goals;
}

interface Goals {
  plain?: Goal;
  signed?: Goal;
}

async function compare(field: Field, { sample, sinkName, rounds, goals }: Wanted): Promise<Figure[]> {
  const variant = await renderSample(field.stage.ctx, sample);
  const { size } = await prepareMessages(field, variant);
  const what = `${Math.round(size / 1_000)} KB to ${sinkName}`;
  const runs = await inRounds(rounds, {
    ours: () => runOurs(field, variant, null),
    'smtp-source': () => runSource(field, size),
    'ours signed': () => runOurs(field, variant, field.rsaKey),
  });
  return [
    speedRatio(what, runs, ['ours', 'smtp-source'], goals.plain),
    speedRatio(what, runs, ['ours signed', 'smtp-source'], goals.signed),
    ...Object.keys(runs).flatMap((sender) => amounts(what, runs, sender)),
  ];
}
