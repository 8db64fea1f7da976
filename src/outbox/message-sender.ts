import type { Context } from '#src/context';
import { parseRelays } from '#src/mail/relay';
import { openConnections } from '#src/outbox/connections';
import { deliverMessage } from '#src/outbox/deliver-message';
import { leaseMessage, renewMessages } from '#src/outbox/message-queries';
import { openSigner } from '#src/outbox/open-signer';
import { newOwner } from '#src/outbox/owner';
import { openMessageTemplates } from '#src/outbox/prepare-message';
import { openSerialGuard } from '#src/outbox/serial-guard';
import type { Route } from '#src/outbox/route';
import type { Sender } from '#src/outbox/sender';
import { openTraffic, type Traffic } from '#src/outbox/traffic';
import { openWorkLoop } from '#src/outbox/work-loop';

const messagesAtOnce = 2; // connections of their own: a running digest never makes a confirmation wait
const longestNapMs = 3_000;
const noDomainRates: ReadonlyMap<string, number> = new Map();

/** The sender of one-off messages: confirmations, letters, tests. */
export function openMessageSender(ctx: Context): Sender {
  const { config, db, log } = ctx;
  const owner = newOwner(config.dataDir);
  const hurry = new AbortController();
  const guard = openSerialGuard(db, config.dataDir);
  const relays = parseRelays(config.smtpUrl).map((relay): Route => ({
    connections: openConnections(relay, messagesAtOnce, hurry.signal),
    traffic: openTraffic({ db, log, relay, domainRates: noDomainRates }), // a letter is for one reader who waits for it; the relay's rate counts all
  }));
  const parts = { ctx, signer: openSigner(config), prepare: openMessageTemplates(ctx), hurry: hurry.signal };
  const loop = openWorkLoop({
    atOnce: messagesAtOnce,
    next: sendNext,
    napMs: async () => longestNapMs,
    onError: (error) => log.error({ error: String(error) }, 'a message was left'),
  });
  let beating: NodeJS.Timeout | undefined;
  const held = new Map<string, number>(); // until when, by serial

  async function sendNext(): Promise<boolean> {
    const route = relays.find(({ connections }) => connections.restingUntil() === 0);
    if (!route) return false;
    await guard.admit();
    const askedAt = performance.now();
    const message = await leaseMessage(db, owner, config.leaseSeconds);
    if (!message) return false;
    guard.note(message);
    const { serial } = message;
    held.set(serial, askedAt + config.leaseSeconds * 1_000);
    const lasts = (): boolean => performance.now() < (held.get(serial) ?? 0);
    try {
      const end = await turnOf(route.traffic, parts.hurry);
      await deliverMessage({ ...parts, connections: route.connections, lasts }, message).finally(end);
    } finally {
      held.delete(serial);
    }
    return true;
  }

  async function keepAlive(): Promise<void> {
    const serials = [...held.keys()];
    if (serials.length === 0) return;
    const ends = performance.now() + config.leaseSeconds * 1_000;
    for (const serial of await renewMessages(db, owner, serials, config.leaseSeconds)) if (held.has(serial)) held.set(serial, ends);
  }

  const beat = (): void => {
    beating ??= setInterval(() => void keepAlive().catch(() => undefined), (config.leaseSeconds * 1_000) / 3);
  };

  return {
    owner,
    wake: loop.wake,
    async drain() {
      beat();
      await loop.drain();
    },
    async run() {
      beat();
      await loop.run();
    },
    async stop(graceMs) {
      const late = setTimeout(() => hurry.abort(), graceMs);
      await loop.stop();
      clearTimeout(late);
      clearInterval(beating);
      for (const { connections } of relays) connections.close();
    },
  };
}

/** Waits until the relay's rate lets one message begin. Call what it returns when the message has ended. */
async function turnOf(traffic: Traffic, hurry: AbortSignal): Promise<() => void> {
  for (let waitMs = traffic.relayWaitMs(1); waitMs > 0 && !hurry.aborted; waitMs = traffic.relayWaitMs(1)) {
    await traffic.change(Math.min(250, waitMs));
  }
  const seen = traffic.begin('');
  return () => {
    seen();
    traffic.end('');
  };
}
