import {
  deleteRequest,
  findRequest,
  finishRequest,
  insertRequest,
  renewRequest,
  type RequestName,
  takeOverRequest,
} from '#src/accounts/idempotency-queries';
import type { Context } from '#src/context';

const keptMs = 24 * 3_600_000;
const renewMs = 10_000;
/** A request that was not renewed for this long died with its process: its key must not be locked for ever. */
const abandonedMs = 30_000;

export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** The right to run a request; renewed by itself until it is finished or let go. */
export interface Claim {
  finish(answer: StoredAnswer): Promise<void>;
  letGo(): Promise<void>;
}

export type ClaimOutcome =
  | { kind: 'claimed'; claim: Claim }
  | { kind: 'running' }
  | { kind: 'another-request' }
  | { kind: 'answered'; answer: StoredAnswer };

/** Claims the request that `caller` calls `key`. Of many at once, one runs. */
export async function claimRequest(ctx: Context, name: RequestName, hash: Buffer): Promise<ClaimOutcome> {
  if (await insertRequest(ctx.db, name, hash, ctx.now())) return claimed(ctx, name);
  const known = await findRequest(ctx.db, name);
  if (!known) return { kind: 'running' }; // it was let go this moment: the caller may try again
  const age = ctx.now().getTime() - known.created_at.getTime();
  const isOver = age > keptMs || (known.status === null && age > abandonedMs);
  if (isOver) {
    const isOurs = await takeOverRequest(ctx.db, name, hash, known.created_at, ctx.now());
    return isOurs ? claimed(ctx, name) : { kind: 'running' };
  }
  if (!known.request_hash.equals(hash)) return { kind: 'another-request' };
  if (known.status === null) return { kind: 'running' };
  return { kind: 'answered', answer: { status: known.status, headers: known.headers ?? {}, body: known.body } };
}

function claimed(ctx: Context, name: RequestName): ClaimOutcome {
  const renewal = setInterval(() => {
    renewRequest(ctx.db, name, ctx.now()).catch((error: unknown) => ctx.log.warn({ err: error }, 'a running request could not be renewed'));
  }, renewMs);
  renewal.unref();
  return {
    kind: 'claimed',
    claim: {
      async finish({ status, headers, body }) {
        clearInterval(renewal);
        await finishRequest(ctx.db, name, { status, headers: JSON.stringify(headers), body: JSON.stringify(body) }, ctx.now());
      },
      async letGo() {
        clearInterval(renewal);
        await deleteRequest(ctx.db, name);
      },
    },
  };
}
