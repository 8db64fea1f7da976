import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import type { Digest } from '#src/digests/digest';
import { progressOf } from '#src/digests/progress';
import { mayDo } from '#src/http/studio/signed-in';
import { type Notice, showStudio } from '#src/http/studio/show-studio';
import { type DeliveryState, listDeliveries } from '#src/outbox/list-deliveries';
import { countRefusals } from '#src/outbox/refusals';

const live = ['frozen', 'holding', 'sending'] as const;
/** How many the page names of each kind. */
export const mostNamed = 100;

/** A digest on its way, or what became of it: the ledger's sums, and by name those whom it did not reach. */
export async function showWatch(
  ctx: Context,
  request: Request,
  response: Response,
  digest: Digest,
  trouble?: { status: number; notice: Notice },
): Promise<void> {
  const progress = await progressOf(ctx, digest.id);
  const names = (state: DeliveryState) =>
    mayDo(response, 'subscribers:read') ? listDeliveries(ctx.db, digest.id, { state, limit: mostNamed }) : [];
  const [counted] = await countRefusals(ctx.db, digest.id);
  const variables = {
    digest,
    progress,
    canary: counted?.canary ?? null,
    complaints: counted?.complaints ?? 0,
    rejected: progress.rejected > 0 ? await names('rejected') : [],
    unknown: progress.unknown > 0 ? await names('unknown') : [],
    isLive: live.some((state) => state === progress.state),
  };
  showStudio(ctx, request, response, { page: 'watch', variables, ...trouble });
}
