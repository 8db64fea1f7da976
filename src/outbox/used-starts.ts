/** What became of the starts that one sender was given: until it is told, each counts as used as late as it may be. */
export interface UsedStarts {
  /** It was used now. Call what it returns when its message has ended: the relay has seen it by then. */
  use(start: number | undefined): () => void;
  /** It was not used, and will not be. */
  drop(start: number): void;
  /** What has become known since the last time. */
  tell(): Told;
  /** It was not heard. */
  takeBack(told: Told): void;
}

/** Starts that are settled, and the moments at which those that were used were seen at the latest; monotonic milliseconds. */
interface Told {
  settled: number[];
  seenAt: number[];
}

/**
 * A relay sees a message later than we begin it, one more than the other, and counts it in its own second. So a start counts from when the message
 * ended, less what the quickest takes. That must not cost the rate of a relay that is uneven by itself: 15 ms a message on the average, saved up for
 * the moments at which somebody was held up.
 */
const blurMs = { each: 15, most: 250, saved: 1_000 };
export const mostBlurMs = blurMs.most;

export function openUsedStarts(): UsedStarts {
  const inFlight = new Set<InFlight>();
  let known: Told = { settled: [], seenAt: [] };
  let quickestMs = 0;
  let savedMs = blurMs.saved;

  const allowedMs = (): number => Math.min(blurMs.most, savedMs);

  const end = (message: InFlight, lateByMs: number): void => {
    if (!inFlight.delete(message)) return;
    const countedMs = Math.max(0, Math.min(lateByMs, allowedMs()));
    savedMs = Math.min(blurMs.saved, savedMs - countedMs + blurMs.each);
    if (message.start !== undefined) known.settled.push(message.start);
    known.seenAt.push(message.begunAt + countedMs);
  };

  return {
    use(start) {
      const message = { start, begunAt: performance.now() };
      inFlight.add(message);
      return () => {
        const tookMs = performance.now() - message.begunAt;
        quickestMs = tookMs < quickestMs ? tookMs : quickestMs + (tookMs - quickestMs) / 100; // forgets slowly
        end(message, tookMs - quickestMs);
      };
    },
    drop: (start) => void known.settled.push(start),
    tell() {
      // of those that take so long it makes no difference when they end
      for (const message of inFlight) if (message.begunAt + allowedMs() < performance.now()) end(message, Infinity);
      const told = known;
      known = { settled: [], seenAt: [] };
      return told;
    },
    takeBack: ({ settled, seenAt }) => void (known = { settled: [...settled, ...known.settled], seenAt: [...seenAt, ...known.seenAt] }),
  };
}

interface InFlight {
  /** Undefined: it did not wait for one. */
  start: number | undefined;
  begunAt: number;
}
