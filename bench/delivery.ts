import { generateKeyPairSync } from 'node:crypto';
import { addReaders, renderSample, type Sample } from './digest.js';
import { type Figure, type Findings, type Goal, ratioOf, type Round } from './figure.js';
import { launch } from './launch.js';
import { connections, type Field, prepareMessages, type Run, runOurs, runPool, runSource, signatureMicros } from './senders.js';
import type { Sunk } from './sink.js';
import { canRunSmtpSource } from './smtp-source.js';
import { openStage } from './stage.js';

export interface DeliverySizes {
  rounds: number;
  /** Readers of the measured digest; up to 600 others warm each sender up. */
  messages: number;
  /** Each with the least that we want of Postfix's speed when we sign. */
  samples: readonly { sample: Sample; signedGoal?: number }[];
}

/**
 * Messages a second through the whole delivery path (bell, leases, composition, journal, hand-over, outcomes in the ledger) by the real delivering
 * process, and through nodemailer's own pool sending the same bytes to the same sink; both warm, one after the other in each round.
 */
export async function measureDelivery({ rounds, messages, samples }: DeliverySizes): Promise<Findings> {
  const sink = await launch('bench/sink');
  const { port: sinkPort } = await sink.ask<Sunk>('count');
  const stage = await openStage({ settings: { SMTP_URL: `smtp://127.0.0.1:${sinkPort}?connections=${connections}` } });
  try {
    await addReaders(stage.ctx, 'israel-briefing', messages);
    await addReaders(stage.ctx, 'israel-briefing-he', Math.min(600, messages));
    const rsaKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const field: Field = { stage, sink, sinkPort, messages, rsaKey };
    const figures: Figure[] = [];
    for (const { sample, signedGoal } of samples) figures.push(...(await compare(field, sample, rounds, signedGoal)));
    return { figures, notRun: canRunSmtpSource() ? [] : ["delivery ÷ Postfix's smtp-source: smtp-source is not on the PATH"] };
  } finally {
    await stage.close();
    await sink.stop();
  }
}

async function compare(field: Field, sample: Sample, rounds: number, signedGoal: number | undefined): Promise<Figure[]> {
  const variant = await renderSample(field.stage.ctx, sample);
  const { file, size } = await prepareMessages(field, variant);
  const senders = {
    ours: () => runOurs(field, variant, null),
    pool: () => runPool(field, file, null),
    'ours signed': () => runOurs(field, variant, field.rsaKey),
    'pool signed': () => runPool(field, file, field.rsaKey),
    ...(canRunSmtpSource() ? { 'smtp-source': () => runSource(field, size) } : {}),
  };
  const runs: Runs = {};
  const signatures: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = Object.entries(senders);
    for (const [name, send] of round % 2 === 0 ? order : order.toReversed()) (runs[name] ??= []).push(await send());
    signatures.push({ value: signatureMicros(field.rsaKey), otherCores: 0 });
  }
  const kilobytes = `${Math.round(size / 1_000)} KB`;
  return [
    ...ratios(kilobytes, runs, signedGoal),
    {
      name: `${kilobytes}: processor time signed, ours with Postgres ÷ a bare RSA-2048 signature`,
      unit: 'ratio',
      rounds: ratioOf(wholeMicros(runs, 'ours signed'), signatures),
      goal: { atMost: 2.5 },
    },
    ...Object.keys(runs).flatMap((sender) => amounts(kilobytes, runs, sender)),
  ];
}

type Runs = Record<string, Run[]>;

function ratios(kilobytes: string, runs: Runs, signedGoal: number | undefined): Figure[] {
  const ratio = (one: string, other: string, goal?: Goal): Figure => ({
    name: `${kilobytes}: ${one} ÷ ${other}`,
    unit: 'ratio',
    rounds: ratioOf(part(runs, one, 'perSecond'), part(runs, other, 'perSecond')),
    ...(goal ? { goal } : {}),
  });
  const besidePool = [ratio('ours', 'pool', { atLeast: 0.9 }), ratio('ours signed', 'pool signed')];
  if (!runs['smtp-source']) return besidePool;
  return [
    ...besidePool,
    ratio('ours', 'smtp-source', { atLeast: 0.85 }),
    ratio('ours signed', 'smtp-source', signedGoal === undefined ? undefined : { atLeast: signedGoal }),
  ];
}

function amounts(kilobytes: string, runs: Runs, sender: string): Figure[] {
  const figure = (what: string, unit: Figure['unit'], wanted: keyof Run): Figure => ({
    name: `${kilobytes}: ${sender}, ${what}`,
    unit,
    rounds: part(runs, sender, wanted),
  });
  return [
    figure('messages', '/s', 'perSecond'),
    figure('processor time a message', 'µs', 'senderMicros'),
    ...(sender.startsWith('ours') ? [figure('processor time of Postgres a message', 'µs', 'postgresMicros')] : []),
  ];
}

function wholeMicros(runs: Runs, sender: string): Round[] {
  return (runs[sender] ?? []).map(({ senderMicros, postgresMicros }) => ({
    value: senderMicros.value + postgresMicros.value,
    otherCores: senderMicros.otherCores,
  }));
}

function part(runs: Runs, sender: string, wanted: keyof Run): Round[] {
  return (runs[sender] ?? []).map((run) => run[wanted]);
}
