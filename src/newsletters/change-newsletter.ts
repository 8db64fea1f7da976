import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import type { Newsletter, NewsletterChange } from '#src/newsletters/newsletter';
import { lockNewsletter, selectSchedules, updateNewsletter } from '#src/newsletters/queries';
import { registerSchedule } from '#src/newsletters/register-schedule';

/** Changes what `change` names; nothing different: the version stays. A new zone moves the hours of its schedules. */
export async function changeNewsletter(
  ctx: Context,
  slug: string,
  change: NewsletterChange,
  ifMatch: number | null = null,
): Promise<Newsletter> {
  const { before, after } = await ctx.db.transaction().execute(async (tx) => {
    const existing = await lockNewsletter(tx, slug);
    if (!existing) throw new Refusal('not-found', 'There is no such newsletter.');
    if (ifMatch !== null && existing.version !== ifMatch) {
      throw new Refusal('version-changed', 'The newsletter was changed since you read it: read it again.');
    }
    const isSame = Object.entries(change).every(([name, value]) => value === undefined || existing[name as keyof Newsletter] === value);
    return { before: existing, after: isSame ? existing : await updateNewsletter(tx, slug, change, ctx.now()) };
  });
  if (before.zone !== after.zone) {
    for (const schedule of await selectSchedules(ctx.db, after.id)) await registerSchedule(ctx, schedule);
  }
  return after;
}
