import { sql } from 'kysely';
import type { Findings, Round } from './figure.js';
import { type HttpClient, openHttpClient } from './http-client.js';
import { launch } from './launch.js';
import { signedRankTest } from './signed-rank-test.js';
import { openStage, type Stage } from './stage.js';

const known = 200;
const warmUp = 200;

/**
 * Whether the time of an answer tells a subscriber's address from a stranger's, by pairs: both are asked for one after the other, in an order that is
 * drawn, by sign-up and by the page that mails one's data. p is that of Wilcoxon's signed-rank test: small, and somebody could tell.
 */
export async function measureEnumeration({ rounds, pairs }: { rounds: number; pairs: number }): Promise<Findings> {
  const stage = await openStage();
  const api = await launch('src/server', stage.environment);
  const client = openHttpClient(stage.port);
  try {
    await addSubscribers(stage);
    const figures: Findings['figures'] = [];
    for (const path of ['/subscribe', '/data']) {
      for (let n = 0; n < warmUp; n += 1) await ask(client, path, addressOf(n % 2 === 0, n));
      const found: Record<'p' | 'chance' | 'between', Round[]> = { p: [], chance: [], between: [] };
      for (let round = 0; round < rounds; round += 1) {
        const { result, otherCores } = await stage.watch(() => askPairs(client, path, pairs));
        for (const name of ['p', 'chance', 'between'] as const) found[name].push({ value: result[name], otherCores });
      }
      const what = `${path}, ${pairs} pairs`;
      figures.push({ name: `${what}: p of Wilcoxon's signed-rank test`, unit: 'ratio', rounds: found.p, goal: { atLeast: 0.01 } });
      figures.push({
        name: `${what}: pairs in which the subscriber took longer`,
        unit: 'ratio',
        rounds: found.chance,
        goal: { within: [0.45, 0.55] },
      });
      figures.push({ name: `${what}: size of the median difference`, unit: 'µs', rounds: found.between });
    }
    return { figures, notRun: [] };
  } finally {
    client.close();
    await api.stop();
    await stage.close();
  }
}

async function askPairs(client: HttpClient, path: string, pairs: number) {
  const differences: number[] = [];
  for (let n = 0; n < pairs; n += 1) {
    const subscriberFirst = Math.random() < 0.5;
    const first = await ask(client, path, addressOf(subscriberFirst, n));
    const second = await ask(client, path, addressOf(!subscriberFirst, n));
    differences.push(subscriberFirst ? first - second : second - first);
  }
  const longer = differences.filter((difference) => difference > 0).length / pairs;
  const median = differences.toSorted((one, other) => one - other)[Math.floor(pairs / 2)] ?? NaN;
  return { p: signedRankTest(differences), chance: longer, between: Math.abs(median) * 1_000 };
}

async function ask(client: HttpClient, path: string, email: string): Promise<number> {
  const { status, milliseconds } = await client.post(path, { email });
  if (status !== 303) throw new Error(`${path} answered ${status}`);
  return milliseconds;
}

/** Of the same length, so that only what is stored differs. */
function addressOf(isSubscriber: boolean, n: number): string {
  return `${isSubscriber ? 'reader' : 'nobody'}${String(n % known).padStart(4, '0')}@example.org`;
}

async function addSubscribers({ ctx }: Stage): Promise<void> {
  await sql`
    WITH people AS (
      INSERT INTO subscriber (address, state) SELECT 'reader' || lpad(n::text, 4, '0') || '@example.org', 'active'
      FROM generate_series(0, ${known - 1}::integer) AS n RETURNING id)
    INSERT INTO subscription (subscriber_id, newsletter_id, state, language, confirmed_at)
    SELECT people.id, newsletter.id, 'active', 'en', now() FROM people, newsletter WHERE slug = 'israel-briefing'`.execute(ctx.db);
}
