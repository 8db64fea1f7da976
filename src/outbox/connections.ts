import { openConnection, type RelayConnection, RelayFailure } from '#src/mail/open-connection';
import type { Relay } from '#src/mail/relay';

/**
 * The open sessions of one sender with one relay. `take` waits for a free one and opens it when needed; a relay that cannot be reached is left
 * alone for a while that doubles, from 1 s to 1 minute.
 */
export interface Connections {
  relay: Relay;
  /** @throws RelayFailure; also at once while the relay is being left alone */
  take(): Promise<RelayConnection>;
  give(connection: RelayConnection): void;
  /** The relay itself, not a reader, was refused or lost: leave it alone. */
  trip(): void;
  /** Monotonic milliseconds until which the relay is left alone; 0 when it is not. */
  restingUntil(): number;
  close(): void;
}

const shortestRest = 1_000;
const longestRest = 60_000;

export function openConnections(relay: Relay, size: number, signal: AbortSignal): Connections {
  const idle: RelayConnection[] = [];
  const queue: (() => void)[] = [];
  let inUse = 0;
  let rest = 0;
  let until = 0;

  const trip = (): void => {
    if (until > performance.now()) return; // the other connections tell of the same trouble
    rest = Math.min(longestRest, Math.max(shortestRest, rest * 2));
    until = performance.now() + rest * (0.75 + Math.random() / 2);
  };

  async function take(): Promise<RelayConnection> {
    if (inUse >= size) await new Promise<void>((resolve) => queue.push(resolve));
    inUse += 1;
    try {
      return await openOrReuse();
    } catch (error) {
      leave();
      throw error;
    }
  }

  async function openOrReuse(): Promise<RelayConnection> {
    for (let known = idle.pop(); known; known = idle.pop()) if (known.isOpen()) return known;
    if (until > performance.now())
      throw new RelayFailure(relay.name, 'connect', { code: null, enhanced: null, reply: null }, new Error('left alone'));
    try {
      const connection = await openConnection(relay, signal);
      rest = 0;
      return connection;
    } catch (error) {
      trip();
      throw error;
    }
  }

  function give(connection: RelayConnection): void {
    if (connection.isOpen()) idle.push(connection);
    leave();
  }

  function leave(): void {
    inUse -= 1;
    queue.shift()?.();
  }

  return {
    relay,
    take,
    give,
    trip,
    restingUntil: () => (until > performance.now() ? until : 0),
    close: () => idle.splice(0).forEach((connection) => connection.close()),
  };
}
