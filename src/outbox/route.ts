import type { Connections } from '#src/outbox/connections';
import type { Traffic } from '#src/outbox/traffic';

/** A relay as this sender has it: its open sessions, and what may begin. */
export interface Route {
  connections: Connections;
  traffic: Traffic;
}

/** Monotonic milliseconds when it may be used: 0 is now. It may be left alone, or others may have used its rate up. */
export function readyAt({ connections, traffic }: Route): number {
  const bookedForMs = traffic.relayBookedForMs();
  return Math.max(connections.restingUntil(), bookedForMs > 0 ? performance.now() + bookedForMs : 0);
}

/** By weight, among the relays that may be used; null when none may. */
export function pickRoute(relays: readonly Route[]): Route | null {
  const ready = relays.filter((route) => readyAt(route) === 0);
  let dice = Math.random() * ready.reduce((sum, { connections }) => sum + connections.relay.weight, 0);
  return ready.find(({ connections }) => (dice -= connections.relay.weight) < 0) ?? ready.at(-1) ?? null;
}
