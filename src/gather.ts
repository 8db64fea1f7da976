/** What one call is given, and what it waits for. */
interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Gathering<Item, Result> {
  /** Does the work for all of them at once; a result for each, in their order. */
  work(items: readonly Item[]): Promise<readonly Result[]>;
  /** Whether a failure may be the doing of one of them: then each is tried by itself, and nobody fails for a neighbour. */
  mayBeOf(error: unknown): boolean;
  /** So many at once. */
  most: number;
}

/**
 * Work on many, called for one: calls that come while it runs go together in its next run. Nobody waits for company: a call that comes alone is
 * done alone, and a hundred that come at once cost one statement and one commit.
 */
export function gather<Item, Result>({ work, mayBeOf, most }: Gathering<Item, Result>): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) await settle(waiting.splice(0, most));
    isRunning = false;
  };
  const settle = async (calls: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await work(calls.map(({ item }) => item));
      calls.forEach(({ resolve }, place) => resolve(results[place] as Result));
    } catch (error) {
      if (calls.length > 1 && mayBeOf(error)) for (const call of calls) await settle([call]);
      else for (const { reject } of calls) reject(error);
    }
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      setImmediate(() => void run()); // whatever has arrived by now is read first
    });
}
