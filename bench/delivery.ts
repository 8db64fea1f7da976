import { amounts, inRounds, onField, speedRatio, wholeMicros } from './compare-senders.js';
import { renderSample, type Sample } from './digest.js';
import { type Figure, type Findings, ratioOf } from './figure.js';
import { type Field, prepareMessages, mailingOf, runOurs, runPool, runSignature } from './senders.js';
import { openSink } from './sinks.js';

export interface DeliverySizes {
  rounds: number;
  /** Readers of the measured digest. */
  messages: number;
  /** How many of them the pool gets when it signs: it takes up to ten times as long. */
  signedByPool: number;
  samples: readonly Sample[];
}

/**
 * Messages a second through the whole delivery path (bell, leases, composition, journal, hand-over, outcomes in the ledger) by the real delivering
 * process, and through nodemailer's own pool sending the same bytes to the same sink.
 */
export async function measureDelivery({ rounds, messages, signedByPool, samples }: DeliverySizes): Promise<Findings> {
  const sink = await openSink();
  try {
    const figures = await onField({ messages, sink }, async (field) => {
      const found: Figure[] = [];
      for (const sample of samples) found.push(...(await besidePool(field, sample, { rounds, signedByPool })));
      return found;
    });
    return { figures, notRun: [] };
  } finally {
    await sink.stop();
  }
}

async function besidePool(
  field: Field,
  sample: Sample,
  { rounds, signedByPool }: Pick<DeliverySizes, 'rounds' | 'signedByPool'>,
): Promise<Figure[]> {
  const variant = await renderSample(field.stage.ctx, sample);
  const { file, size } = await prepareMessages(field, variant);
  const what = `${Math.round(size / 1_000)} KB`;
  const senders = {
    ours: () => runOurs(field, variant, null),
    pool: () => runPool(field, { file }, null),
    'ours signed': () => runOurs(field, variant, field.rsaKey),
    'pool signed': () => runPool({ ...field, messages: signedByPool }, { file }, field.rsaKey),
    'pool composed and signed': () => runPool({ ...field, messages: signedByPool }, mailingOf(variant), field.rsaKey),
    signature: async () => runSignature(field.rsaKey),
  };
  const runs = await inRounds(rounds, senders);
  const inSignatures = ratioOf(wholeMicros(runs, 'ours signed'), wholeMicros(runs, 'signature'));
  return [
    speedRatio(what, runs, ['ours', 'pool'], { atLeast: 0.9 }),
    speedRatio(what, runs, ['ours signed', 'pool signed']),
    {
      name: `${what}: processor time, ours signed with Postgres ÷ a bare RSA-2048 signature`,
      unit: 'ratio',
      rounds: inSignatures,
      goal: { atMost: 2.5 },
    },
    {
      name: `${what}: processor time, ours signed with Postgres ÷ the pool's own composing and \`dkim\``,
      unit: 'ratio',
      rounds: ratioOf(wholeMicros(runs, 'ours signed'), wholeMicros(runs, 'pool composed and signed')),
      goal: { atMost: 1 / 8 },
    },
    ...Object.keys(runs).flatMap((sender) => amounts(what, runs, sender)),
  ];
}
