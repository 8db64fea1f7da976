import type { Context } from '#src/context';
import { isDatabaseAway } from '#src/db/client';
import { gather } from '#src/gather';
import { deliverLater } from '#src/outbox/deliver-later';
import { insertRequests, type NewRequest } from '#src/subscribers/request-queries';

type Ask = (request: NewRequest) => Promise<string | null>;

const asks = new WeakMap<Context, Ask>();

/** Writes a request with its message and rings; requests of the same moment are one statement and one bell. Its id, or null when there is no such newsletter. */
export function askTogether(ctx: Context, request: NewRequest): Promise<string | null> {
  const ask = asks.get(ctx) ?? openAsk(ctx);
  asks.set(ctx, ask);
  return ask(request);
}

/** Five seconds, as for a connection: whoever has pressed the button waits for no longer. */
function openAsk(ctx: Context): Ask {
  return gather({ most: 100, withinMs: 5_000, mayBeOf: (error) => !isDatabaseAway(error), work: (requests) => write(ctx, requests) });
}

async function write(ctx: Context, requests: readonly NewRequest[]): Promise<(string | null)[]> {
  const ids = await insertRequests(ctx.db, requests);
  void deliverLater(ctx, 'transactional'); // the rows are committed: nobody need wait for the bell
  return ids;
}
