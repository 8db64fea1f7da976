import type { Logger } from 'pino';
import { type Db, isDatabaseAway } from '#src/db/client';
import type { Relay } from '#src/mail/relay';
import { holdStarts, type PaceKey } from '#src/outbox/reserve-starts';
import { openStarts, type Starts } from '#src/outbox/starts';

/**
 * What one sender may begin with one relay: the relay's rate, the rates of recipient domains, and how many connections one domain may hold.
 * Where nothing is limited nothing is asked.
 */
export interface Traffic {
  /** Milliseconds until any message may begin; Infinity when the relay's rate is used up by others. */
  relayWaitMs(wanted: number): number;
  /** The same for one domain, which may be asked to wait while it holds too many connections. */
  domainWait(domain: string, wanted: number, othersWait: boolean): { waitMs: number; isPaced: boolean };
  /** Call what it returns when the message has ended, before `end`. */
  begin(domain: string): () => void;
  end(domain: string): void;
  /** 421 or 4.7.x: this domain wants less from us. */
  slowDown(domain: string): void;
  /** When it is worth coming back for `left` readers of a domain that had to wait, of whom `slices` slices hold about as many. */
  comeBackMs(domain: string, left: number, slices: number): number;
  /** How long the relay's rate is used up by others. */
  relayBookedForMs(): number;
  /** Resolves at the next end of a message or answer from Postgres, at the latest after `ms`. */
  change(ms: number): Promise<void>;
  /** One slice of a sender at a time may wait for the starts of slow domains; the others go on with other readers. */
  waiter: object | null;
}

interface TrafficParts {
  db: Db;
  log: Logger;
  relay: Relay;
  domainRates: ReadonlyMap<string, number>;
}

/** A message that is under way for longer makes its domain a tarpit. */
const tarpitAfterMs = 2_000;
const tarpitRememberedMs = 60_000;
const slowRememberedMs = 600_000;
const rateWithoutLimit = 8; // from which an unlimited domain that throttles us is halved
const slowestRate = 0.1;
const atOnce = { waitMs: 0, isPaced: false };

export function openTraffic({ db, log, relay, domainRates }: TrafficParts): Traffic {
  const start = (key: PaceKey, rate: () => number): Starts => openStarts({ db, log, key, rate, onAnswer: changed });
  const all = relay.rate === null ? null : start({ relay: relay.name, domain: '' }, () => relay.rate ?? 1);
  const byDomain = new Map<string, Starts>();
  const slowed = new Map<string, { level: number; heldUntil: number; until: number }>();
  const inFlight = new Map<string, number[]>(); // begun at
  const tarpits = new Map<string, number>(); // until
  const quick = new Set<string>(); // has answered in time
  let listeners: (() => void)[] = [];

  function changed(): void {
    listeners.splice(0).forEach((listener) => listener());
  }

  const slownessOf = (domain: string) => {
    const slow = slowed.get(domain);
    if (slow && slow.until < performance.now()) {
      slowed.delete(domain);
      if (!domainRates.has(domain)) byDomain.delete(domain); // there may be a hundred thousand of them
    }
    return slowed.get(domain);
  };

  const rateOf = (domain: string): number | null => {
    const set = domainRates.get(domain) ?? null;
    const slow = slowed.size === 0 ? undefined : slownessOf(domain);
    return slow ? Math.max(slowestRate, (set ?? rateWithoutLimit) / 2 ** slow.level) : set;
  };

  const keyOf = (domain: string) => ({ relay: domainRates.has(domain) ? '' : relay.name, domain });

  const startsOf = (domain: string): Starts => {
    const known = byDomain.get(domain) ?? start(keyOf(domain), () => rateOf(domain) ?? rateWithoutLimit);
    byDomain.set(domain, known);
    return known;
  };

  const isTarpit = (domain: string): boolean => {
    const now = performance.now();
    const oldest = inFlight.get(domain)?.[0] ?? now;
    if (now - oldest > tarpitAfterMs) {
      tarpits.set(domain, now + tarpitRememberedMs);
      quick.delete(domain);
    }
    return (tarpits.get(domain) ?? 0) > now;
  };

  /** Half of the connections while others wait or nothing is known of it, a quarter for a tarpit; one in any case. */
  const mayHold = (domain: string, othersWait: boolean): boolean => {
    const held = inFlight.get(domain)?.length ?? 0;
    if (held === 0) return true;
    if (isTarpit(domain)) return held < relay.connections / 4;
    return (!othersWait && quick.has(domain)) || held < relay.connections / 2;
  };

  return {
    waiter: null,
    relayWaitMs: (wanted) => all?.waitMs(wanted) ?? 0,
    domainWait(domain, wanted, othersWait) {
      if (!mayHold(domain, othersWait)) return { waitMs: isTarpit(domain) ? Infinity : tarpitAfterMs, isPaced: false };
      return rateOf(domain) === null ? atOnce : { waitMs: startsOf(domain).waitMs(wanted), isPaced: true };
    },
    begin(domain) {
      const ends = [all?.take(), rateOf(domain) === null ? undefined : startsOf(domain).take()];
      const begun = inFlight.get(domain);
      if (begun) begun.push(performance.now());
      else inFlight.set(domain, [performance.now()]);
      return () => ends.forEach((end) => end?.());
    },
    end(domain) {
      const begun = inFlight.get(domain);
      if (performance.now() - (begun?.shift() ?? 0) < tarpitAfterMs) quick.add(domain);
      if (quick.size > 10_000) quick.clear();
      if (begun?.length === 0) inFlight.delete(domain);
      changed();
    },
    slowDown(domain) {
      const slow = slownessOf(domain);
      const now = performance.now();
      if (slow && slow.heldUntil > now) return; // the other connections tell of the same
      const level = Math.min(6, (slow?.level ?? 0) + 1);
      const pauseMs = 15_000 * 2 ** (level - 1);
      slowed.set(domain, { level, heldUntil: now + pauseMs, until: now + pauseMs + slowRememberedMs });
      byDomain.get(domain)?.forget();
      void holdStarts(db, keyOf(domain), pauseMs).catch((error: unknown) => {
        if (!isDatabaseAway(error)) log.warn({ ...keyOf(domain), error: String(error) }, 'other senders do not know that a domain is slow');
      });
    },
    comeBackMs(domain, left, slices) {
      const rate = rateOf(domain);
      if (rate === null) return 15_000 + Math.random() * 15_000; // a tarpit
      // Twice as often as the rate asks for: so there is always a slice whose readers fit, and never all of them at once
      return startsOf(domain).bookedForMs() + (Math.random() * slices * left * 1_000) / rate / 2;
    },
    relayBookedForMs: () => all?.bookedForMs() ?? 0,
    change(ms) {
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        listeners.push(() => (clearTimeout(timer), resolve()));
      });
    },
  };
}
