import type { Context } from '#src/context';
import { releaseCanary } from '#src/digests/queries';
import { deliverLater } from '#src/outbox/deliver-later';

/** The readers behind a canary follow: it came back well, or an editor does not want to wait. Again changes nothing. */
export async function letGo(ctx: Context, digestId: string): Promise<void> {
  if (await releaseCanary(ctx.db, digestId)) await deliverLater(ctx, 'digest');
}
