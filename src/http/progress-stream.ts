import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '#src/context';
import type { DigestState } from '#src/db/tables';
import { progressOf } from '#src/digests/progress';
import { type ProgressShape, progressShape } from '#src/http/endpoints/digest-shapes';

const pollMs = 250; // at most four updates a second
const commentMs = 15_000;
const settled: readonly DigestState[] = ['finished', 'cancelled', 'skipped'];

/**
 * Server-sent events (HTML Standard §9.2): `progress` with the whole object, first at once and then whenever it changes, and a comment
 * every 15 seconds so that proxies keep the line. Ends when the digest has.
 */
export async function* progressStream(ctx: Context, digestId: string, signal: AbortSignal): AsyncGenerator<string> {
  let shown = '';
  let spokeAt = Date.now();
  yield 'retry: 3000\n\n';
  while (!signal.aborted) {
    const progress = progressShape(await progressOf(ctx, digestId));
    const key = keyOf(progress);
    if (key !== shown) yield `id: ${key}\nevent: progress\ndata: ${JSON.stringify(progress)}\n\n`;
    else if (Date.now() - spokeAt > commentMs) yield ': still here\n\n';
    if (key !== shown || Date.now() - spokeAt > commentMs) spokeAt = Date.now();
    if (settled.includes(progress.state)) return;
    shown = key;
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Names what the ledger says, so that a caller who comes back knows whether anything happened. */
function keyOf({ state, frozen, waiting, sending, deferred, accepted, rejected, unknown, skipped }: ProgressShape): string {
  return [state, frozen, waiting, sending, deferred, accepted, rejected, unknown, skipped].join('-');
}

export const eventStream = {
  type: 'text/event-stream',
  headers: { 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' },
} as const;
