import { generateKeyPairSync } from 'node:crypto';
import { addReaders } from './digest.js';
import { type Figure, type Goal, ratioOf, type Round } from './figure.js';
import type { Field, Run } from './senders.js';
import type { Sink } from './sinks.js';
import { openStage } from './stage.js';

/** What each sender's runs were, round by round. */
export type Runs = Record<string, Run[]>;

/** Opens a database with `messages` readers, and up to 5,000 of the other newsletter for warming up. */
export async function onField<Result>(
  { messages, sink }: { messages: number; sink: Sink },
  work: (field: Field) => Promise<Result>,
): Promise<Result> {
  const stage = await openStage();
  try {
    await addReaders(stage.ctx, 'israel-briefing', messages);
    await addReaders(stage.ctx, 'israel-briefing-he', Math.min(5_000, messages));
    return await work({ stage, sink, messages, rsaKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey });
  } finally {
    await stage.close();
  }
}

/** One after the other, and each second round in the opposite order. */
export async function inRounds(rounds: number, senders: Record<string, () => Promise<Run>>): Promise<Runs> {
  const runs: Runs = {};
  const order = Object.entries(senders);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, send] of round % 2 === 0 ? order : order.toReversed()) (runs[name] ??= []).push(await send());
  }
  return runs;
}

export function speedRatio(what: string, runs: Runs, [one, other]: readonly [string, string], goal?: Goal): Figure {
  const rounds = ratioOf(roundsOf(runs, one, 'perSecond'), roundsOf(runs, other, 'perSecond'));
  return { name: `${what}: ${one} ÷ ${other}`, unit: 'ratio', rounds, ...(goal ? { goal } : {}) };
}

export function amounts(what: string, runs: Runs, sender: string): Figure[] {
  const figure = (name: string, unit: Figure['unit'], part: keyof Run): Figure => ({
    name: `${what}: ${sender}, ${name}`,
    unit,
    rounds: roundsOf(runs, sender, part),
  });
  return [
    figure('messages', '/s', 'perSecond'),
    figure('processor time a message', 'µs', 'senderMicros'),
    ...(sender.startsWith('ours') ? [figure('processor time of Postgres a message', 'µs', 'postgresMicros')] : []),
  ];
}

/** Sender and Postgres. */
export function wholeMicros(runs: Runs, sender: string): Round[] {
  return (runs[sender] ?? []).map(({ senderMicros: { value, otherCores }, postgresMicros }) => ({
    value: value + postgresMicros.value,
    otherCores,
  }));
}

function roundsOf(runs: Runs, sender: string, part: keyof Run): Round[] {
  return (runs[sender] ?? []).map((run) => run[part]);
}
