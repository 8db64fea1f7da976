import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import type { Digest } from '#src/digests/digest';
import { progressOf } from '#src/digests/progress';
import { nameReaders } from '#src/http/studio/named-readers';
import { mayDo } from '#src/http/studio/signed-in';
import { type Notice, showStudio } from '#src/http/studio/show-studio';
import { countRefusals } from '#src/outbox/refusals';

const live = ['frozen', 'holding', 'sending'] as const;

/** A digest on its way, or what became of it: the ledger's sums, and by name those whom it did not reach. */
export async function showWatch(
  ctx: Context,
  request: Request,
  response: Response,
  digest: Digest,
  trouble?: { status: number; notice: Notice },
): Promise<void> {
  const progress = await progressOf(ctx, digest.id);
  const names = async (state: 'rejected' | 'unknown') =>
    progress[state] > 0 && mayDo(response, 'subscribers:read') ? nameReaders(ctx, request, digest.id, state) : null;
  const [counted] = await countRefusals(ctx.db, digest.id);
  const variables = {
    digest,
    progress,
    canary: counted?.canary ?? null,
    complaints: counted?.complaints ?? 0,
    rejected: await names('rejected'),
    unknown: await names('unknown'),
    isLive: live.some((state) => state === progress.state),
  };
  showStudio(ctx, request, response, { page: 'watch', variables, ...trouble });
}
