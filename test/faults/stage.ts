import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '#src/config';
import { type Context, openContext } from '#src/context';
import { digestTotals } from '#src/outbox/ledger';
import { testConfig } from '../support/config.js';
import { createDatabase } from '../support/database.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.js';
import { openOwnRedis, type OwnRedis } from '../support/own-redis.js';
import type { Encryption } from '../support/scripted-smtp.js';
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { testCertificate } from '../support/test-certificate.js';
import { openWitness, type Step, type Witness } from '../support/witness.js';
import { type Fleet, type Member, startFleet } from './fleet.js';
import type { Chance } from './random.js';

/** What a play must find: one relay that is spoken to in the clear, the common Postgres and no Redis, unless it says otherwise. */
export interface Needs {
  /** Where fewer would make too few slices. */
  leastReaders?: number;
  relays?: number;
  encryption?: Encryption;
  /** Proxies between the fleet and its relays. */
  network?: boolean;
  /** A Postgres that may be killed. */
  postgres?: boolean;
  redis?: boolean;
  /** The delivering processes; two alike, if absent. */
  fleet?(chance: Chance, readers: number): Promise<Member[]> | Member[];
  /** After the freeze, before anything is sent. */
  beforehand?(ctx: Context, digestId: string): Promise<void>;
}

/** A digest on its way, and everything that can be done to it. */
export interface Stage {
  ctx: Context;
  databaseUrl: string;
  witnesses: readonly Witness[];
  proxies: readonly TcpProxy[];
  fleet: Fleet;
  chance: Chance;
  digestId: string;
  postgres: OwnPostgres | null;
  redis: OwnRedis | null;
  /** What the fleet said. */
  output: string[];
  /** Faults that came while the digest was under way: a round without any proves nothing. */
  struck: number;
  /** Connections that a fault ended when their dot may have been marked, `kill -9` apart: at the most so many readers may be unknown. */
  mayBeUnknown: number;
  /** Where the faults leave no choice, exactly so many readers are unknown. */
  mustBeUnknown: number | null;
  /** Readers for whom a person let the restored past happen again. */
  mayComeTwice: ReadonlySet<string>;
  /** Readers who are to end as rejected. */
  mustBeRejected: number;
  /** Promises that the play itself saw broken. */
  faults: string[];
  close(): Promise<void>;
}

/** Of one process with one relay. */
export const connections = 4;
export const leaseSeconds = 2;

export async function openStage(chance: Chance, readers: number, needs: Needs): Promise<Stage> {
  const postgres = needs.postgres ? await ownPostgres() : null;
  const redis = needs.redis ? await openOwnRedis() : null;
  const database = await createDatabase(postgres ?? {});
  const witnesses = await Promise.all(Array.from({ length: needs.relays ?? 1 }, () => openWitness(needs.encryption)));
  const proxies = needs.network ? await Promise.all(witnesses.map(({ port }) => openTcpProxy(port))) : [];
  const smtp = witnesses.map((witness, n) => relayUrl(witness, proxies[n], needs.encryption)).join(' ');
  const queue: Environment = redis ? { REDIS_URL: redis.url } : {};
  const lease = { BRIEFING_LEASE_SECONDS: String(leaseSeconds) };
  const config = testConfig(database.url, { SMTP_URL: smtp, ...lease, ...queue, LOG_LEVEL: 'fatal' });
  const ctx = openContext(config, 'test');
  const output: string[] = [];
  await addReaders(ctx, readers);
  const digestId = await freezeDigestFor(ctx);
  await needs.beforehand?.(ctx, digestId);
  for (const witness of witnesses) witness.behave = paced(chance);
  const members = (await needs.fleet?.(chance, readers)) ?? [{}, {}];
  const environment = { ...environmentOf(config.dataDir, database.url, smtp), ...lease, ...queue, ...trust(needs.encryption) };
  return {
    ctx,
    databaseUrl: database.url,
    witnesses,
    proxies,
    fleet: startFleet(members, environment, (line) => output.push(line)),
    chance,
    digestId,
    postgres,
    redis,
    output,
    struck: 0,
    mayBeUnknown: 0,
    mustBeUnknown: null,
    mayComeTwice: new Set(),
    mustBeRejected: 0,
    faults: [],
    async close() {
      if (redis) await giveBack(redis, ctx);
      await ctx.close();
      await Promise.all([...proxies, ...witnesses].map((server) => server.close()));
      await redis?.close();
      await database.drop();
    },
  };
}

/** A queue that is away cannot be closed: its client would go on trying for ever. It tries again every 20 s at the latest. */
async function giveBack({ proxy }: OwnRedis, { bells }: Context): Promise<void> {
  proxy.isDown = false;
  proxy.decide = () => 'pass';
  const deadline = Date.now() + 30_000;
  while (!(await bells.isUp()) && Date.now() < deadline) await wait(50);
}

/** A relay takes its time for each message, so that faults come in mid-send. */
export function paced(chance: Chance, otherwise: (step: Step, to: string) => string | undefined = () => undefined): Witness['behave'] {
  return async (step, to) => {
    const behaviour = otherwise(step, to);
    if (step === 'dot' && behaviour === undefined) await wait(8 + chance.below(16));
    return behaviour;
  };
}

export async function isUnderWay({ ctx, digestId }: Stage): Promise<boolean> {
  const totals = await digestTotals(ctx.db, digestId).catch(() => null);
  return totals === null || totals.waiting + totals.sending + totals.deferred > 0;
}

function relayUrl({ url, port }: Witness, proxy: TcpProxy | undefined, encryption: Encryption = 'plain'): string {
  const mustEncrypt = encryption === 'starttls' ? '&requireTLS=true' : '';
  return `${url.replace(String(port), String(proxy?.port ?? port))}?connections=${connections}${mustEncrypt}`;
}

function trust(encryption: Encryption = 'plain'): Environment {
  if (encryption === 'plain') return {};
  const file = join(mkdtempSync(join(tmpdir(), 'briefing-trust-')), 'authority.pem');
  writeFileSync(file, `${testCertificate.cert}\n`);
  return { NODE_EXTRA_CA_CERTS: file };
}

/** Settings of a process on the stage. */
export function environmentOf(dataDir: string, databaseUrl: string, smtpUrl: string): Environment {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    SMTP_URL: smtpUrl,
    SECRET_KEY: 'test-secret-key-test-secret-key-0001',
    BRIEFING_HASH_KEY: 'test-hash-key-test-hash-key-00000001',
    PUBLIC_URL: 'http://localhost:3000',
    MAIL_FROM: 'briefing@news.example.org',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
  };
}
