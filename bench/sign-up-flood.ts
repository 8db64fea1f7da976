import { sql } from 'kysely';
import { answerRequests } from '#src/subscribers/answer-requests';
import { residentBytes } from './cpu.js';
import type { Findings } from './figure.js';
import { openHttpClient } from './http-client.js';
import { launch } from './launch.js';
import { openStage, type Stage } from './stage.js';

const connections = 32;
const networks = 10_000;
const spellings = ['victim@gmail.com', 'v.ictim@gmail.com', 'victim+1@gmail.com', 'VICTIM@googlemail.com', 'victim@gmail.com'];

/** Sign-ups for one mailbox, in several spellings and from ten thousand networks: how many messages they make, and what they cost in memory. */
export async function measureSignUpFlood({ requests }: { requests: number }): Promise<Findings> {
  const settings = { TRUST_PROXY: '127.0.0.1', BRIEFING_SIGN_UP_LIMIT: String(requests * 2) }; // only the limit by address is in the way
  const stage = await openStage({ settings });
  const api = await launch('src/server', stage.environment);
  try {
    await flood(stage, { from: 0, to: requests / 10 });
    const early = residentBytes(api.pid);
    const { result: peak, otherCores } = await stage.watch(() => flood(stage, { from: requests / 10, to: requests, pid: api.pid }));
    const answeredIn = await stage.watch(async () => {
      const startedAt = performance.now();
      await answerRequests(stage.ctx);
      return performance.now() - startedAt;
    });
    const { rows } = await sql<{ messages: number; open: number; all: number }>`
      SELECT count(*) FILTER (WHERE state <> 'skipped')::integer AS messages, count(*) FILTER (WHERE state = 'asked')::integer AS open,
        count(*)::integer AS all FROM message`.execute(stage.ctx.db);
    const { messages = NaN, open = NaN, all = NaN } = rows[0] ?? {};
    if (open > 0 || all !== requests) throw new Error(`${all} of ${requests} sign-ups were written, ${open} are open`);
    const round = (value: number) => [{ value, otherCores }];
    return {
      figures: [
        { name: `${requests} sign-ups for one mailbox: messages`, unit: 'jobs', rounds: round(messages), goal: { atMost: 1 } },
        { name: 'peak memory of the API ÷ after the first tenth', unit: 'ratio', rounds: round(peak / early), goal: { atMost: 1.25 } },
        { name: 'peak memory of the API', unit: 'MB', rounds: round(peak / 1e6) },
        { name: 'until all were answered', unit: 'ms', rounds: [{ value: answeredIn.result, otherCores: answeredIn.otherCores }] },
      ],
      notRun: [],
    };
  } finally {
    await api.stop();
    await stage.close();
  }
}

/** Returns the most memory that the API was seen to hold meanwhile. */
async function flood({ port }: Stage, { from, to, pid }: { from: number; to: number; pid?: number }): Promise<number> {
  let next = from;
  let peak = 0;
  const visit = async (): Promise<void> => {
    const client = openHttpClient(port);
    while (next < to) {
      const n = next;
      next += 1;
      const network = { 'x-forwarded-for': `11.${Math.floor((n % networks) / 250)}.${n % 250}.9` };
      const { status } = await client.post('/subscribe', { email: spellings[n % spellings.length] ?? '' }, network);
      if (status !== 303) throw new Error(`sign-up ${n} was answered with ${status}`);
      if (pid !== undefined && n % 500 === 0) peak = Math.max(peak, residentBytes(pid));
    }
    client.close();
  };
  await Promise.all(Array.from({ length: connections }, visit));
  return peak;
}
