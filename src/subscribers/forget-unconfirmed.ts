import type { Context } from '#src/context';
import { deleteOldRequests, deleteUnconfirmed } from '#src/subscribers/erasure-queries';
import { deleteOldCounts } from '#src/subscribers/limit-queries';
import { deleteDropped } from '#src/subscribers/request-queries';
import { retentionDays } from '#src/subscribers/retention';
import { deleteOldSources } from '#src/subscribers/source-queries';

/** What retention promises about people, once a night. */
export async function forgetUnconfirmed(ctx: Context): Promise<void> {
  const before = (what: keyof typeof retentionDays) => new Date(ctx.now().getTime() - retentionDays[what] * 24 * 3_600_000);
  await ctx.db.transaction().execute(async (tx) => {
    await deleteUnconfirmed(tx, before('unconfirmed sign-ups'));
    await deleteOldRequests(tx, {
      requestsBefore: before('sign-up requests'),
      countsBefore: before('confirmation counts'),
      ipsBefore: before('network addresses'),
    });
    await deleteDropped(tx, before('dropped messages'));
    await deleteOldSources(tx, before('sources of sign-ups'));
  });
  await deleteOldCounts(ctx.db, ctx.now());
}
