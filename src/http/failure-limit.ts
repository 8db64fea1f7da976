import { Refusal } from '#src/errors';

const windowMs = 60_000;
const mostFailures = 30;
const mostNetworks = 10_000;

interface FailureLimit {
  /** Throws when the network has failed too often within the minute. */
  check(network: string, now: Date): void;
  count(network: string, now: Date): void;
}

/** Slows down whoever tries keys. Successes are never counted: a program that works may be as busy as it likes. */
export function createFailureLimit(): FailureLimit {
  const failures = new Map<string, { count: number; until: number }>();
  return {
    check(network, now) {
      const known = failures.get(network);
      if (!known || known.until <= now.getTime() || known.count < mostFailures) return;
      const retryAfterSeconds = Math.ceil((known.until - now.getTime()) / 1000);
      throw new Refusal('too-many-requests', 'Too many wrong keys came from your network.', { extra: { retryAfterSeconds } });
    },
    count(network, now) {
      const known = failures.get(network);
      if (known && known.until > now.getTime()) known.count += 1;
      else failures.set(network, { count: 1, until: now.getTime() + windowMs });
      if (failures.size > mostNetworks) failures.delete([...failures.keys()][0] ?? '');
    },
  };
}
