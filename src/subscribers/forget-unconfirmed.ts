import type { Context } from '#src/context';
import { deleteOldRequests, deleteUnconfirmed } from '#src/subscribers/erasure-queries';
import { deleteOldCounts } from '#src/subscribers/limit-queries';
import { deleteOldSources } from '#src/subscribers/source-queries';
import { unconfirmedDays } from '#src/subscribers/subscriber';

/** How long what is kept, in days. The clock's `tidy` job keeps to it. */
const retentionDays = { unconfirmed: unconfirmedDays, requests: unconfirmedDays, counts: 30, ips: 30, sources: 400 } as const;

export async function forgetUnconfirmed(ctx: Context): Promise<void> {
  const before = (days: number) => new Date(ctx.now().getTime() - days * 24 * 3_600_000);
  await ctx.db.transaction().execute(async (tx) => {
    await deleteUnconfirmed(tx, before(retentionDays.unconfirmed));
    await deleteOldRequests(tx, {
      requestsBefore: before(retentionDays.requests),
      countsBefore: before(retentionDays.counts),
      ipsBefore: before(retentionDays.ips),
    });
    await deleteOldSources(tx, before(retentionDays.sources));
  });
  await deleteOldCounts(ctx.db, ctx.now());
}
