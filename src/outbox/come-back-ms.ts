import type { Db } from '#src/db/client';
import type { Connections } from '#src/outbox/connections';
import type { Lease } from '#src/outbox/delivery';
import { slicesToGo } from '#src/outbox/slices-to-go';
import type { Traffic } from '#src/outbox/traffic';

interface Parts {
  db: Db;
  connections: Connections;
  traffic: Traffic;
  relayReadyAt(): number;
}

/**
 * How long a slice that is given back stays where it is: not at all when it was asked back or when another relay can take it, and as long as
 * its readers' domains need when `left` names some that had to wait.
 */
export async function comeBackMs(
  { db, traffic, connections, relayReadyAt }: Parts,
  { digestId }: Lease,
  isTroubled: boolean,
  left: ReadonlyMap<string, number> | null,
): Promise<number> {
  const isResting = connections.restingUntil() > 0;
  if (isTroubled || isResting) return Math.max(isResting ? 0 : 1_000, relayReadyAt() - performance.now());
  if (left === null || left.size === 0) return 0;
  if (traffic.relayBookedForMs() > 0) return traffic.relayBookedForMs();
  const slices = await slicesToGo(db, digestId).catch(() => 1);
  return Math.min(...[...left].map(([domain, readers]) => traffic.comeBackMs(domain, readers, slices)));
}
