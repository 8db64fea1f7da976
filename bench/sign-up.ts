import { sql } from 'kysely';
import { cpuSeconds } from './cpu.js';
import { type Figure, type Findings, ratioOf, type Round } from './figure.js';
import { freePort } from './free-port.js';
import { launch, type Launched } from './launch.js';
import type { LoadOrder, LoadReport } from './load.js';
import { openStage, type Stage } from './stage.js';

export interface SignUpSizes {
  rounds: number;
  /** Of each side in each round. */
  seconds: number;
  queues: readonly QueueName[];
}

type QueueName = 'postgres' | 'redis';

interface Run {
  perSecond: Round;
  serverMicros: Round;
  postgresMicros: Round;
  visitorsMicros: Round;
}

const connections = 32;
const warmUpSeconds = 4; // until the code is compiled: the bare routes are sooner

/** Sign-ups a second of the real API process by requests a second of a bare Express route, on each queue that is here. */
export async function measureSignUp(sizes: SignUpSizes): Promise<Findings> {
  const findings: Findings = { figures: [], notRun: [] };
  for (const queue of sizes.queues) {
    if (queue === 'redis' && process.env['TEST_REDIS_URL'] === undefined) findings.notRun.push('sign-up on Redis: there is no Redis here');
    else findings.figures.push(...(await onQueue(queue, sizes)));
  }
  return findings;
}

async function onQueue(queue: QueueName, sizes: SignUpSizes): Promise<Figure[]> {
  const unlimited = { BRIEFING_SIGN_UP_LIMIT: '10000000', BRIEFING_SIGN_UP_DOMAIN_LIMIT: '10000000' }; // everything is counted, nobody refused
  const stage = await openStage({ queue, settings: { TRUST_PROXY: '127.0.0.1', ...unlimited } });
  const barePort = await freePort();
  const launched: Launched[] = [];
  const started = async (...wanted: Parameters<typeof launch>) => {
    launched.push(await launch(...wanted));
    return launched.at(-1) as Launched;
  };
  try {
    const api = await started('src/server', stage.environment);
    const bare = await started('bench/bare-express', { NODE_ENV: 'production', PORT: String(barePort) });
    const visitors = await started('bench/load');
    const side = (server: Launched, port: number, method: 'GET' | 'POST', path: string) => (seconds: number) =>
      run(stage, visitors, server, { url: `http://127.0.0.1:${port}`, method, path, connections, seconds });
    const sides = {
      hello: side(bare, barePort, 'GET', '/hello'),
      'sign-up': side(api, stage.port, 'POST', '/subscribe'),
      echo: side(bare, barePort, 'POST', '/echo'),
    };
    const runs = await inRounds(sides, sizes);
    await checkRows(stage);
    return figuresOf(queue, runs);
  } finally {
    await Promise.all(launched.map((process) => process.stop()));
    await stage.close();
  }
}

async function inRounds(sides: Record<string, (seconds: number) => Promise<Run>>, { rounds, seconds }: SignUpSizes) {
  const runs: Record<string, Run[]> = {};
  for (const side of Object.values(sides)) await side(Math.min(warmUpSeconds, seconds));
  for (let round = 0; round < rounds; round += 1) {
    const order = Object.entries(sides);
    for (const [name, side] of round % 2 === 0 ? order : order.toReversed()) (runs[name] ??= []).push(await side(seconds));
  }
  return runs;
}

async function run(stage: Stage, visitors: Launched, server: Launched, order: LoadOrder): Promise<Run> {
  const [serverBefore, visitorsBefore, postgresBefore] = [cpuSeconds([server.pid]), cpuSeconds([visitors.pid]), stage.postgresCpu()];
  const { result, otherCores } = await stage.watch(() => visitors.ask<LoadReport>(order));
  if (result.failed > 0) throw new Error(`${result.failed} requests failed: ${JSON.stringify({ ...order, ...result })}`);
  const micros = (seconds: number) => ({ value: (seconds / result.answered) * 1e6, otherCores });
  return {
    perSecond: { value: result.perSecond, otherCores },
    serverMicros: micros(cpuSeconds([server.pid]) - serverBefore),
    postgresMicros: micros(stage.postgresCpu() - postgresBefore),
    visitorsMicros: micros(cpuSeconds([visitors.pid]) - visitorsBefore),
  };
}

/** Each sign-up is one request row and one message row; autocannon leaves the last ones of each run unanswered. */
async function checkRows({ ctx }: Stage): Promise<void> {
  const { rows } = await sql<{ requests: number; messages: number }>`
    SELECT (SELECT count(*)::integer FROM signup_request) AS requests, (SELECT count(*)::integer FROM message) AS messages`.execute(ctx.db);
  const { requests = 0, messages = 0 } = rows[0] ?? {};
  if (requests === 0 || requests !== messages) throw new Error(`${requests} sign-ups made ${messages} messages`);
}

function figuresOf(queue: string, runs: Record<string, Run[]>): Figure[] {
  const of = (side: string, part: keyof Run): Round[] => runs[side]?.map((one) => one[part]) ?? [];
  const rate = (side: string) => of(side, 'perSecond');
  return [
    {
      name: `queue on ${queue}: sign-up ÷ bare Express GET`,
      unit: 'ratio',
      rounds: ratioOf(rate('sign-up'), rate('hello')),
      goal: { atLeast: 0.3 },
    },
    {
      name: `queue on ${queue}: sign-up ÷ bare Express POST of the same JSON`,
      unit: 'ratio',
      rounds: ratioOf(rate('sign-up'), rate('echo')),
    },
    { name: `queue on ${queue}: sign-ups`, unit: '/s', rounds: rate('sign-up') },
    { name: `queue on ${queue}: bare Express GET`, unit: '/s', rounds: rate('hello') },
    { name: `queue on ${queue}: bare Express POST`, unit: '/s', rounds: rate('echo') },
    { name: `queue on ${queue}: processor time of the API a sign-up`, unit: 'µs', rounds: of('sign-up', 'serverMicros') },
    { name: `queue on ${queue}: processor time of Postgres a sign-up`, unit: 'µs', rounds: of('sign-up', 'postgresMicros') },
    { name: `queue on ${queue}: processor time of bare Express a GET`, unit: 'µs', rounds: of('hello', 'serverMicros') },
    { name: `queue on ${queue}: processor time of the visitors a sign-up`, unit: 'µs', rounds: of('sign-up', 'visitorsMicros') },
    { name: `queue on ${queue}: processor time of the visitors a GET`, unit: 'µs', rounds: of('hello', 'visitorsMicros') },
  ];
}
