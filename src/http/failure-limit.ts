import { Refusal } from '#src/errors';

const windowMs = 60_000;
const mostFailures = 30;
const mostNetworks = 10_000;

/** Counts a failure of `network`; throws once there were too many within the minute. */
export type FailureLimit = (network: string, now: Date) => void;

/**
 * Slows down whoever tries keys. A living key is never refused for what others did in its network: else anyone there could lock the
 * publisher out.
 */
export function createFailureLimit(): FailureLimit {
  const failures = new Map<string, { count: number; until: number }>();
  return (network, now) => {
    const known = failures.get(network);
    if (!known || known.until <= now.getTime()) {
      failures.delete(network);
      failures.set(network, { count: 1, until: now.getTime() + windowMs });
      if (failures.size > mostNetworks) failures.delete(failures.keys().next().value ?? '');
      return;
    }
    known.count += 1;
    if (known.count <= mostFailures) return;
    const retryAfterSeconds = Math.ceil((known.until - now.getTime()) / 1000);
    throw new Refusal('too-many-requests', 'Too many wrong keys came from your network.', { extra: { retryAfterSeconds } });
  };
}
