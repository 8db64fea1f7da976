import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/**
 * Who left while a slice was under way, heard from Postgres by LISTEN. A promise hangs on it: no RCPT for an address later than a second after
 * its reader left. So when Postgres has not answered on this connection for a second, nobody may be mailed until it does again.
 */
export interface Leavers {
  hasLeft(newsletterId: string, subscriberId: string): boolean;
  /** Resolves when what we know is fresh; false when it does not become so within `patienceMs`. */
  isFresh(patienceMs: number): Promise<boolean>;
  /** Counts up whenever notices may have been missed: whoever read the readers before must read them again. */
  generation(): number;
  close(): Promise<void>;
}

const staleAfterMs = 1_000;
const askEveryMs = 300;
const forgetAfterMs = 3_600_000; // longer than any slice is under way; later ones are left out by the lease itself

export function openLeavers(databaseUrl: string): Leavers {
  const left = new Map<string, number>();
  let client: pg.Client | null = null;
  let answeredAt = -Infinity;
  let generation = 0;
  let isClosed = false;

  const running = keepListening();

  async function keepListening(): Promise<void> {
    while (!isClosed) {
      try {
        client = newListener();
        await listen(client);
        generation += 1;
        while (!isClosed) {
          const askedAt = performance.now();
          await client.query('SELECT 1'); // notices sent before the answer were read before it
          answeredAt = askedAt;
          forgetOld();
          await wait(askEveryMs);
        }
      } catch {
        await wait(askEveryMs); // isFresh says so to whoever waits
      } finally {
        await client?.end().catch(() => undefined);
        client = null;
      }
    }
  }

  function newListener(): pg.Client {
    const listener = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'briefing leavers',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    listener.on('error', () => undefined); // the query in the loop fails too, and reconnects
    listener.on('notification', ({ payload }) => left.set(payload ?? '', performance.now()));
    return listener;
  }

  async function listen(listener: pg.Client): Promise<void> {
    await listener.connect();
    await listener.query('LISTEN leavers');
  }

  function forgetOld(): void {
    for (const [who, since] of left) {
      if (performance.now() - since < forgetAfterMs) return;
      left.delete(who);
    }
  }

  return {
    hasLeft: (newsletterId, subscriberId) => left.has(`${newsletterId}:${subscriberId}`) || left.has(`:${subscriberId}`),
    async isFresh(patienceMs) {
      const deadline = performance.now() + patienceMs;
      while (performance.now() - answeredAt > staleAfterMs) {
        if (isClosed || performance.now() > deadline) return false;
        await wait(20);
      }
      return true;
    },
    generation: () => generation,
    async close() {
      isClosed = true;
      await running;
    },
  };
}
