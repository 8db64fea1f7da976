import { openConnection, type RelayConnection, RelayFailure } from '#src/mail/open-connection';
import type { Relay } from '#src/mail/relay';

/**
 * The open sessions of one sender with one relay. `take` waits for a free one and opens it when needed; a relay that cannot be reached is left
 * alone for a while that doubles, from 1 s to 1 minute. What is urgent goes first, and has a few of its own beyond `size`: breaking news does
 * not wait for a digest's last answers.
 */
export interface Connections {
  relay: Relay;
  /** @throws RelayFailure; also at once while the relay is being left alone */
  take(urgency?: 'usual' | 'urgent'): Promise<RelayConnection>;
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
  const queue: { limit: number; go(): void }[] = [];
  let inUse = 0;
  let rest = 0;
  let until = 0;

  const trip = (): void => {
    if (until > performance.now()) return; // the other connections tell of the same trouble
    rest = Math.min(longestRest, Math.max(shortestRest, rest * 2));
    until = performance.now() + rest * (0.75 + Math.random() / 2);
  };

  async function take(urgency: 'usual' | 'urgent' = 'usual'): Promise<RelayConnection> {
    const limit = urgency === 'urgent' ? size + Math.ceil(size / 4) : size;
    if (inUse < limit) inUse += 1;
    else await new Promise<void>((go) => void (urgency === 'urgent' ? queue.unshift({ limit, go }) : queue.push({ limit, go })));
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
    const place = queue.findIndex(({ limit }) => inUse < limit);
    if (place < 0) return;
    inUse += 1; // handed over at once: nobody else comes in between
    queue.splice(place, 1)[0]?.go();
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
