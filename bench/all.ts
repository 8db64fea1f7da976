import { parseArgs } from 'node:util';
import { oneMinuteLoad, readConditions } from './conditions.js';
import { measureConfirmation } from './confirmation.js';
import { measureDelivery } from './delivery.js';
import { measureEnumeration } from './enumeration.js';
import type { Findings } from './figure.js';
import { measureFreeze } from './freeze.js';
import { measureMemory } from './memory.js';
import { measureBesidePostfix } from './postfix.js';
import { measurePace } from './pace.js';
import { measureQueue } from './queue.js';
import { measureRender } from './render.js';
import { asJson, asText } from './report.js';
import { measureRules } from './rules.js';
import { measureSignUp } from './sign-up.js';
import { measureSignUpFlood } from './sign-up-flood.js';
import { measureThreads } from './threads.js';

/** What `--readers` and `--seconds` make smaller or larger than usual, where a benchmark has such a size. */
interface Sizes {
  readers?: number;
  seconds?: number;
}

/** TABLE of the benchmarks: what each measures with how much. */
const benches: Record<string, (rounds: number, sizes: Sizes) => Promise<Findings>> = {
  'sign-up': (rounds) => measureSignUp({ rounds, seconds: 5, queues: ['postgres', 'redis'] }),
  'sign-up-flood': () => measureSignUpFlood({ requests: 100_000 }),
  enumeration: (rounds) => measureEnumeration({ rounds: Math.min(rounds, 3), pairs: 2_000 }),
  render: (rounds) => measureRender({ rounds }),
  rules: (rounds) => measureRules({ rounds }),
  delivery: (rounds) =>
    measureDelivery({ rounds, messages: 20_000, signedByPool: 3_000, samples: ['english-twelve-no-image', 'hebrew-thirty'] }),
  postfix: (rounds, { readers = 20_000 }) =>
    measureBesidePostfix({
      rounds,
      messages: readers,
      samples: [
        { sample: '37 KB', goals: { plain: { atLeast: 0.85 }, signed: { atLeast: 0.4 } } },
        { sample: '67 KB', goals: { plain: { atLeast: 0.85 }, signed: { atLeast: 0.5 } } },
        { sample: 'english-twelve-no-image' },
      ],
    }),
  threads: (rounds, { readers = 20_000 }) =>
    measureThreads({ rounds: Math.min(rounds, 3), messages: readers, samples: ['37 KB', '67 KB'] }),
  memory: (rounds) => measureMemory({ rounds: Math.min(rounds, 3), few: 2_000, many: 20_000 }),
  freeze: (rounds, { readers = 1_000_000 }) => measureFreeze({ rounds, readers }),
  confirmation: (_rounds, { readers = 200_000 }) => measureConfirmation({ readers, visitors: 120 }),
  pace: (rounds, { seconds = 60 }) => measurePace({ rounds: Math.min(rounds, 3), seconds, rates: [50, 400], senders: [1, 2] }),
  queue: (rounds) => measureQueue({ rounds: Math.min(rounds, 2), few: 200, many: 5_000, queues: ['postgres', 'redis'] }),
};

/** Entry of `npm run bench`: `--only NAME` (repeatable), `--rounds N`, `--readers N`, `--seconds N`, `--json`. Exit code 2: it did not understand. */
const wanted = readArguments();
if (wanted === null) {
  process.stderr.write(
    `Usage: npm run bench -- [--json] [--rounds N] [--readers N] [--seconds N] [--only ${Object.keys(benches).join('|')}]\n`,
  );
  process.exitCode = 2;
} else {
  const conditions = await readConditions();
  const found: Record<string, Findings> = {};
  for (const name of wanted.names) {
    process.stderr.write(`${name} …\n`);
    found[name] = await (benches[name] as (typeof benches)[string])(wanted.rounds, wanted.sizes);
  }
  const report = { conditions: { ...conditions, loadAfter: oneMinuteLoad() }, benches: found };
  process.stdout.write(wanted.isJson ? asJson(report) : asText(report));
}

function readArguments(): { names: string[]; rounds: number; sizes: Sizes; isJson: boolean } | null {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        rounds: { type: 'string', default: '5' },
        readers: { type: 'string' },
        seconds: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const names = values.only ?? Object.keys(benches);
    const { rounds = NaN, ...sizes } = Object.fromEntries(
      (['rounds', 'readers', 'seconds'] as const).flatMap((name) => (values[name] === undefined ? [] : [[name, Number(values[name])]])),
    ) as Sizes & { rounds?: number };
    const isUnderstood =
      [rounds, ...Object.values(sizes)].every((size) => Number.isInteger(size) && size > 0) &&
      names.every((name) => Object.hasOwn(benches, name));
    return isUnderstood ? { names, rounds, sizes, isJson: values.json } : null;
  } catch {
    return null;
  }
}
