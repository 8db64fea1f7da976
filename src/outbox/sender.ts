import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '#src/config';
import { openDb, openPool } from '#src/db/client';
import { parseRelays, type Relay } from '#src/mail/relay';
import type { Sign } from '#src/outbox/compose-delivery';
import { type Connections, openConnections } from '#src/outbox/connections';
import { failPoint } from '#src/outbox/fail-point';
import { type HeldLease, holdLease } from '#src/outbox/held-lease';
import { openLanes } from '#src/outbox/lanes';
import { leaseSlice, nextDueMs, renewLeases } from '#src/outbox/lease-slice';
import { openLeavers } from '#src/outbox/leavers';
import { openSigner } from '#src/outbox/open-signer';
import { newOwner } from '#src/outbox/owner';
import { openContents } from '#src/outbox/prepared-content';
import { pickRoute, readyAt, type Route } from '#src/outbox/route';
import { openSerialGuard } from '#src/outbox/serial-guard';
import { sendSlice } from '#src/outbox/send-slice';
import { openTraffic } from '#src/outbox/traffic';
import { openWorkLoop } from '#src/outbox/work-loop';

/** Sends as long as there is anything to send. It holds no queue: a bell only wakes it earlier. */
export interface Sender {
  owner: string;
  wake(): void;
  /** Sends what may leave now; resolves when nothing is left to lease. */
  drain(): Promise<void>;
  /** Sends until `stop`. */
  run(): Promise<void>;
  /** Begins nothing more, waits for what is in flight up to `graceMs`, gives back, closes. */
  stop(graceMs: number): Promise<void>;
}

const slicesAtOnce = 2; // the second fills the connections while the first waits for its last answers
const longestLingerMs = 1_000; // then the next slice begins, though the last answers of this one are not there
const longestNapMs = 5_000;
const heartbeatMs = 1_000;

/** The sender of digests. It loads neither the queue nor MJML nor Express, so that it can have a thread of its own. */
export function openSender(config: Config, log: Logger, now: () => Date): Sender {
  const owner = newOwner(config.dataDir);
  const pool = openPool(config.databaseUrl, {
    max: slicesAtOnce + 4,
    name: 'briefing sender',
    onLost: (error) => log.warn({ error: error.message }, 'a Postgres connection was lost'),
  });
  const db = openDb(pool);
  const hurry = new AbortController();
  setMaxListeners(0, hurry.signal); // each message under way listens
  const relays = relaysOf(config).map((relay): Route => ({
    connections: openConnections(relay, relay.connections, hurry.signal),
    traffic: openTraffic({ db, log, relay, domainRates: config.domainRates }),
  }));
  const leavers = openLeavers(config.databaseUrl);
  const guard = openSerialGuard(db, config.dataDir);
  const parts = {
    config,
    log,
    db,
    sign: signOf(config),
    leavers,
    contentOf: openContents(db, config),
    laneOf: openLanes(),
    now,
    hurry: hurry.signal,
    relayReadyAt: () => Math.min(...relays.map(readyAt)),
  };
  const held = new Map<string, HeldLease>();
  const lingering = new Set<Promise<void>>();
  const loop = openWorkLoop({
    atOnce: slicesAtOnce,
    next: sendNext,
    napMs,
    onError: left,
  });
  let beating: NodeJS.Timeout | undefined;

  function left(error: unknown): void {
    log.error({ error: String(error) }, 'a slice was left');
  }

  async function sendNext(): Promise<boolean> {
    const route = pickRoute(relays);
    if (!route) return false;
    const holding = await hold(route.connections);
    if (!holding) return false;
    const sending = send(route, holding);
    const lingers = holding.lingering.then(() => wait(longestLingerMs, true, { ref: false }));
    if (await Promise.race([sending.then(() => false), lingers])) {
      lingering.add(sending);
      void sending.catch(left).finally(() => lingering.delete(sending));
    }
    return true;
  }

  async function send(route: Route, holding: HeldLease): Promise<void> {
    const { lease } = holding;
    held.set(lease.serial, holding);
    try {
      const end = await sendSlice({ ...parts, ...route }, holding);
      if (end !== 'recorded') log.warn({ digestId: lease.digestId, slice: lease.n }, 'a slice was recovered by another sender');
    } finally {
      held.delete(lease.serial);
    }
  }

  /** The last answers of slices that nobody waits for any more; true when there were any. */
  async function settle(): Promise<boolean> {
    const last = [...lingering];
    await Promise.allSettled(last);
    return last.length > 0;
  }

  async function hold(connections: Connections): Promise<HeldLease | null> {
    await guard.admit();
    failPoint('lease');
    const askedAt = performance.now();
    const lease = await leaseSlice(db, { owner, relay: connections.relay.name, leaseSeconds: config.leaseSeconds });
    if (!lease) return null;
    failPoint('leased');
    guard.note(lease);
    return holdLease(lease, askedAt + config.leaseSeconds * 1_000);
  }

  async function napMs(): Promise<number> {
    const dueMs = await nextDueMs(db).catch(() => null);
    const readyMs = Math.min(...relays.map(readyAt)) - performance.now();
    return Math.min(longestNapMs, Math.max(20, dueMs ?? longestNapMs, readyMs));
  }

  /** Each second: which slices are still ours, and whether their digests may go on; so a pause is seen within two. */
  async function keepAlive(): Promise<void> {
    if (held.size === 0) return;
    const before = new Map(held);
    const askedAt = performance.now();
    const renewed = await renewLeases(db, { owner, serials: [...before.keys()], leaseSeconds: config.leaseSeconds }).catch(() => null);
    if (renewed) applyRenewal(before, renewed, askedAt + config.leaseSeconds * 1_000);
  }

  function beat(): void {
    let isAsking = false;
    beating ??= setInterval(() => {
      if (isAsking) return; // one question at a time: a database that hangs is not asked again
      isAsking = true;
      void keepAlive().finally(() => (isAsking = false));
    }, heartbeatMs);
  }

  return {
    owner,
    wake() {
      loop.wake();
      void keepAlive(); // what rang may be of a higher lane than what is held
    },
    async drain() {
      beat();
      do await loop.drain();
      while (await settle());
    },
    async run() {
      beat();
      await loop.run();
    },
    async stop(graceMs) {
      for (const holding of held.values()) holding.askBack();
      const late = setTimeout(() => hurry.abort(), graceMs);
      await loop.stop();
      await settle();
      clearTimeout(late);
      clearInterval(beating);
      for (const { connections } of relays) connections.close();
      await leavers.close();
      await wait(0); // the last answer of the heartbeat
      await pool.end();
    },
  };
}

/** A thread that is alone leaves the keys' work to the process's pool, and so uses more cores than one; several do their own, which costs less. */
function signOf(config: Config): Sign | null {
  const signer = openSigner(config);
  if (!signer) return null;
  return config.senderThreads === 1 ? signer.signInPool : signer.sign;
}

/** The relays with this thread's share of their connections: `connections=` is what a relay allows the process, however many threads it has. */
function relaysOf({ smtpUrl, senderThreads }: Config): Relay[] {
  return parseRelays(smtpUrl).map((relay) => ({ ...relay, connections: Math.max(1, Math.floor(relay.connections / senderThreads)) }));
}

function applyRenewal(before: Map<string, HeldLease>, renewed: Map<string, { mayGoOn: boolean }>, until: number): void {
  for (const [serial, holding] of before) {
    const ours = renewed.get(serial);
    if (!ours) holding.lose();
    else if (ours.mayGoOn) holding.renew(until);
    else holding.askBack();
  }
}
