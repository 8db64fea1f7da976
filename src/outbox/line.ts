import type { Reader } from '#src/outbox/delivery';
import type { Traffic } from '#src/outbox/traffic';

/** The readers of a slice who are still to be begun with, in an order that keeps every rate and lets others pass those who have to wait. */
export interface Line {
  /** Resolves to true when somebody may be begun with; to false when nobody is left, nobody may soon, or `mayGoOn` says no. */
  ready(mayGoOn: () => boolean): Promise<boolean>;
  /** Takes the next reader out of the line; null when somebody else was faster. */
  next(): Reader | null;
  end(reader: Reader): void;
  /** Returns the domains of those who had to stay, each with how many. */
  leave(): ReadonlyMap<string, number>;
}

/** Who may begin soonest, and in how many milliseconds. `isPaced`: it waits for a start of its domain. */
interface Turn {
  place: number;
  waitMs: number;
  isPaced: boolean;
}

const longestWaitMs = 250; // a pause or a higher lane is noticed in between

export function openLine(traffic: Traffic, readers: readonly Reader[]): Line {
  const waiting = readers.slice();
  const left = new Map<string, number>();
  for (const reader of waiting) left.set(domainOf(reader), (left.get(domainOf(reader)) ?? 0) + 1);
  const me = {};
  const ends = new Map<Reader, () => void>();

  const soonest = (): Turn => {
    const relayMs = waiting.length === 0 ? Infinity : traffic.relayWaitMs(waiting.length);
    let best: Turn = { place: -1, waitMs: Infinity, isPaced: false };
    const seen = new Set<string>();
    for (let place = 0; place < waiting.length && best.waitMs > relayMs && seen.size < left.size; place += 1) {
      const domain = domainOf(waiting[place] as Reader);
      if (seen.has(domain)) continue;
      seen.add(domain);
      const { waitMs, isPaced } = traffic.domainWait(domain, left.get(domain) ?? 1, left.size > 1);
      if (waitMs < best.waitMs) best = { place, waitMs: Math.max(relayMs, waitMs), isPaced: isPaced && waitMs > relayMs };
    }
    return best;
  };

  return {
    async ready(mayGoOn) {
      for (;;) {
        const { waitMs, isPaced } = soonest();
        if (waitMs === 0) return true;
        if (waitMs === Infinity || !mayGoOn()) return false;
        if (isPaced && (traffic.waiter ??= me) !== me) return false;
        await traffic.change(Math.min(longestWaitMs, waitMs));
      }
    },
    next() {
      const { place, waitMs } = soonest();
      const reader = waitMs === 0 ? waiting.splice(place, 1)[0] : undefined;
      if (!reader) return null;
      const domain = domainOf(reader);
      const others = (left.get(domain) ?? 1) - 1;
      if (others > 0) left.set(domain, others);
      else left.delete(domain);
      ends.set(reader, traffic.begin(domain));
      return reader;
    },
    end(reader) {
      ends.get(reader)?.();
      ends.delete(reader);
      traffic.end(domainOf(reader));
    },
    leave() {
      if (traffic.waiter === me) traffic.waiter = null;
      return left;
    },
  };
}

export function domainOf({ address }: Pick<Reader, 'address'>): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
