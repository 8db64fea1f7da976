import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '#src/config';
import { digestTotals } from '#src/outbox/ledger';
import { addReaders } from './digest.js';
import { draftOne, sendOne, stateOf } from './editor.js';
import type { Figure, Findings, Round } from './figure.js';
import { type HttpClient, openHttpClient } from './http-client.js';
import { launch } from './launch.js';
import { openSink, type WatchingSink } from './sinks.js';
import { openStage, type Stage } from './stage.js';

export interface ConfirmationSizes {
  /** Of the digest that runs meanwhile. */
  readers: number;
  /** How many visitors ask while nothing else happens. */
  visitors: number;
}

const warmUp = 10; // until the code is compiled
const askEveryMs = 250;
const pollMs = 100;
const patienceMs = 60_000;
const allowedMs = 100;

/**
 * From a visitor's `POST /subscribe` until the relay has taken their confirmation, through the processes that an operator runs: on the idle system,
 * and while they send a signed digest.
 */
export async function measureConfirmation({ readers, visitors }: ConfirmationSizes): Promise<Findings> {
  const sink = await openSink();
  const stage = await openStage({ settings: { ...settings(), SMTP_URL: `smtp://127.0.0.1:${sink.port}?connections=8` } });
  const roles = ['src/server', 'workers/clock', 'workers/digest', 'workers/deliver'];
  const processes = await Promise.all(roles.map((role) => launch(role, stage.environment)));
  const client = openHttpClient(stage.port);
  try {
    await addReaders(stage.ctx, 'israel-briefing', readers);
    const ask = openVisits(client, sink);
    await ask(async (asked) => asked < warmUp);
    const idle = await stage.watch(() => ask(async (asked) => asked < visitors));
    const digestId = await draftOne(stage.ctx, 'israel-briefing');
    await sendOne(stage.ctx, digestId);
    await untilAccepted(stage, digestId, readers / 100);
    const busy = await stage.watch(() => ask(async () => (await stateOf(stage.ctx, digestId)) === 'sending'));
    if (busy.result.length === 0) throw new Error('the digest was gone before anybody asked: take more readers');
    return { figures: figuresOf(readers, idle, busy), notRun: [] };
  } finally {
    client.close();
    await Promise.all(processes.map((one) => one.stop()));
    await stage.close();
    await sink.stop();
  }
}

/** Signed, as in life; and the limits count everybody, yet refuse nobody. */
function settings(): Environment {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    DKIM_DOMAIN: 'news.example.org',
    DKIM_SELECTOR: 'bench',
    DKIM_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    TRUST_PROXY: '127.0.0.1',
    BRIEFING_SIGN_UP_LIMIT: '1000000',
    BRIEFING_SIGN_UP_DOMAIN_LIMIT: '1000000',
  };
}

type Visits = (mayGoOn: (asked: number) => Promise<boolean>) => Promise<number[]>;

/** Visitors from another network each, one after the other, as long as `mayGoOn` says: the milliseconds that each waited for the confirmation. */
function openVisits(client: HttpClient, sink: WatchingSink): Visits {
  let visitor = 0;
  return async (mayGoOn) => {
    const askedAt = new Map<number, number>();
    while (await mayGoOn(askedAt.size)) {
      visitor += 1;
      askedAt.set(visitor, performance.timeOrigin + performance.now());
      const network = { 'x-forwarded-for': `11.${visitor >> 8}.${visitor & 255}.9` };
      const { status } = await client.post('/subscribe', { email: `letter${visitor}@example.org` }, network);
      if (status !== 303) throw new Error(`a sign-up was answered with ${status}`);
      await wait(askEveryMs);
    }
    const takenAt = await allLetters(sink, [...askedAt.keys()]);
    return [...askedAt].map(([number, at]) => (takenAt.get(number) ?? NaN) - at);
  };
}

async function allLetters(sink: WatchingSink, numbers: readonly number[]): Promise<Map<number, number>> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const letters = await sink.letters();
    if (numbers.every((number) => letters.has(number))) return letters;
    if (Date.now() > deadline) throw new Error(`only ${letters.size} confirmations came`);
    await wait(pollMs);
  }
}

async function untilAccepted({ ctx }: Stage, digestId: string, least: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while ((await digestTotals(ctx.db, digestId)).accepted < least) {
    if (Date.now() > deadline) throw new Error('the digest does not leave');
    await wait(pollMs);
  }
}

interface Watched {
  result: number[];
  otherCores: number;
}

function figuresOf(readers: number, idle: Watched, busy: Watched): Figure[] {
  const during = `while a digest for ${readers} readers leaves`;
  const share =
    (part: number) =>
    (side: Watched): Round[] => [{ value: quantile(side.result, part), otherCores: side.otherCores }];
  const [median, p95] = [share(0.5), share(0.95)];
  const allowed = 2 * quantile(idle.result, 0.95) + allowedMs;
  return [
    {
      name: `p95 ${during} ÷ (2 × p95 when idle + ${allowedMs} ms)`,
      unit: 'ratio',
      rounds: [{ value: quantile(busy.result, 0.95) / allowed, otherCores: Math.max(idle.otherCores, busy.otherCores) }],
      goal: { atMost: 1 },
    },
    { name: `${idle.result.length} confirmations when idle, p95`, unit: 'ms', rounds: p95(idle) },
    { name: 'the same, median', unit: 'ms', rounds: median(idle) },
    { name: `${busy.result.length} confirmations ${during}, p95`, unit: 'ms', rounds: p95(busy) },
    { name: 'the same, median', unit: 'ms', rounds: median(busy) },
    { name: 'the same, slowest', unit: 'ms', rounds: share(1)(busy) },
  ];
}

function quantile(values: readonly number[], part: number): number {
  const inOrder = values.toSorted((one, other) => one - other);
  return inOrder[Math.min(inOrder.length - 1, Math.ceil(part * inOrder.length) - 1)] ?? NaN;
}
