import { sql } from 'kysely';
import { createKey } from '#src/accounts/create-key';
import { operator } from '#src/accounts/actor';
import { type Context, openContext } from '#src/context';
import { writeLink } from '#src/links';
import { projectFile } from '#src/project';
import { freePort } from '../../bench/free-port.js';
import { testConfig } from '../support/config.js';
import { createDatabase } from '../support/database.js';
import { addReaders } from '../support/frozen-digest.js';
import { openWitness, type Witness } from '../support/witness.js';
import { draftDigest, pendingReaders, type Visitors, visitors } from './visitors.js';
import { type Fleet, startFleet } from './fleet.js';
import type { RoundReport } from './judge.js';
import { until } from './play.js';
import { type Chance, openChance } from './random.js';
import { environmentOf } from './stage.js';

/** The round of I9: what the API has answered is in the database, whenever it dies, and what it had half done is done by somebody else. */
export const apiFault = 'kill -9 the API';

const settings = {
  LOG_LEVEL: 'fatal',
  TRUST_PROXY: '127.0.0.1',
  BRIEFING_LEASE_SECONDS: '2',
};

export async function playApiRound(round: Pick<RoundReport, 'seed' | 'fault' | 'readers'>): Promise<RoundReport> {
  const chance = openChance(round.seed);
  const database = await createDatabase();
  const witness = await openWitness();
  const ports = [await freePort(), await freePort()];
  const config = testConfig(database.url, { SMTP_URL: witness.url, ...settings });
  const ctx = openContext(config, 'test');
  const environment = { ...environmentOf(config.dataDir, database.url, witness.url), ...settings };
  const apis = startFleet(
    ports.map((port) => ({ program: program('src/server'), environment: { PORT: String(port) } })),
    environment,
    () => undefined,
  );
  const startedAt = performance.now();
  let workers: Fleet | null = null;
  try {
    await addReaders(ctx, round.readers);
    const { key } = await createKey(ctx, operator, { name: 'faults', scopes: [...operator.scopes] });
    const pending = await pendingReaders(ctx, 40);
    const visiting = visitors({ ports, key, chance, confirmLink: (id) => writeLink(config.keys, 'confirm', id, ctx.now()) });
    const digestId = await draftDigest(visiting, ctx);
    const struck = await underKills(apis, chance, visiting, [digestId, pending]);
    workers = startFleet(
      ['deliver', 'digest', 'clock'].map((name) => ({ program: program(`workers/${name}`) })),
      environment,
      () => undefined,
    );
    await dieInTheFreeze(ctx, workers);
    const faults = await untilAllIsDone(ctx, witness, visiting, digestId, round.readers);
    const seconds = (performance.now() - startedAt) / 1_000;
    const none = { accepted: round.readers, rejected: 0, unknown: 0, allowedUnknown: 0, duplicates: 0, missed: 0 };
    return { ...round, ...none, killed: apis.killed() + workers.killed(), struck, seconds, faults };
  } finally {
    await Promise.all([apis.stop(), workers?.stop()]);
    await ctx.close();
    await witness.close();
    await database.drop();
  }
}

const program = (path: string): string => projectFile(`dist/${path}.js`);

/** One of the API's processes dies, again and again, each time after some answers, until all visitors have had theirs. */
async function underKills(apis: Fleet, chance: Chance, { comeAllAtOnce, answers }: Visitors, visit: Parameters<Visitors['comeAllAtOnce']>) {
  let isOver = false;
  let struck = 0;
  const coming = comeAllAtOnce(...visit).finally(() => (isOver = true));
  while (!isOver) {
    const next = answers() + 30 + chance.below(40);
    await until(() => isOver || (answers() >= next && apis.pids().length > 0), 60_000);
    if (isOver) break;
    apis.kill(chance.pick(apis.pids()));
    struck += 1;
  }
  await coming;
  return struck;
}

/** The digest worker is killed within the transaction that fixes content and readers: our lock has stopped it there. */
async function dieInTheFreeze({ db }: Context, workers: Fleet): Promise<void> {
  const [, digestWorker] = workers.pids();
  await db.transaction().execute(async (tx) => {
    await sql`LOCK TABLE slice IN EXCLUSIVE MODE`.execute(tx);
    if (!(await until(() => isFreezing(db), 30_000))) throw new Error('no digest worker came to freeze');
    workers.kill(digestWorker ?? 0);
  });
}

/** Asked outside of our transaction, which would see one moment again and again. */
async function isFreezing(db: Context['db']): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'briefing digest' AND wait_event_type = 'Lock'`.execute(db);
  return rows.length > 0;
}

/** Everything that is in the database, answered or half done, has had its mail, each once; everything answered is in the database. */
async function untilAllIsDone(ctx: Context, witness: Witness, visiting: Visitors, digestId: string, readers: number): Promise<string[]> {
  const faults = await visiting.brokenPromises(ctx);
  const missing = async (): Promise<string[]> => {
    const times = new Map<string, number>();
    for (const { to } of witness.seen()) times.set(to, (times.get(to) ?? 0) + 1);
    const { rows } = await sql<{ address: string }>`
      SELECT DISTINCT address FROM signup_request UNION ALL
      SELECT address FROM subscriber JOIN delivery ON delivery.subscriber_id = subscriber.id WHERE digest_id = ${digestId}`.execute(ctx.db);
    return rows.map(({ address }) => address).filter((address) => !times.has(address));
  };
  const isSent = async (): Promise<boolean> => (await visiting.digestState(ctx, digestId)) === 'finished' && (await missing()).length === 0;
  if (!(await until(isSent, 60_000)))
    faults.push(`I9: not done: digest ${await visiting.digestState(ctx, digestId)}, no mail for ${(await missing()).length}`);
  const ids = witness.seen().map(({ messageId }) => messageId);
  if (new Set(ids).size !== ids.length) faults.push(`I1: ${ids.length - new Set(ids).size} messages came twice`);
  const digests = witness.seen().filter(({ to }) => /^r\d+@example\.org$/.test(to));
  if (digests.length !== readers) faults.push(`I9: ${digests.length} copies of the digest for ${readers} readers`);
  return faults;
}
