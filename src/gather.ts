import { inTime } from '#src/in-time';

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
  /** Work that lasts longer has failed, with code ETIMEDOUT; milliseconds. */
  withinMs: number;
}

/**
 * Work on many, called for one: calls that come while it runs go together in its next run. Nobody waits for company: a call that comes alone is
 * done alone, and a hundred that come at once cost one statement and one commit. Nor does anybody wait for longer than one failure: one that is
 * nobody's doing is told at once to all who wait, or they would queue up behind one run after the other while a database is away.
 */
export function gather<Item, Result>({ work, mayBeOf, most, withinMs }: Gathering<Item, Result>): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  const suspects: Waiting<Item, Result>[] = []; // one of them may have failed the others: each is tried by itself
  let isRunning = false;

  const run = async (): Promise<void> => {
    while (suspects.length + waiting.length > 0) await settle(suspects.length > 0 ? suspects.splice(0, 1) : waiting.splice(0, most));
    isRunning = false;
  };
  const settle = async (calls: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await inTime(work(calls.map(({ item }) => item)), withinMs);
      calls.forEach(({ resolve }, place) => resolve(results[place] as Result));
    } catch (error) {
      if (!mayBeOf(error)) for (const { reject } of [...calls, ...suspects.splice(0), ...waiting.splice(0)]) reject(error);
      else if (calls.length > 1) suspects.push(...calls);
      else calls[0]?.reject(error);
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
