import { isDeepStrictEqual } from 'node:util';
import type { Context } from '#src/context';
import type { Cadence } from '#src/db/tables';
import { Refusal } from '#src/errors';
import { lockNewsletter, type ScheduleContent, selectSchedules, upsertSchedule } from '#src/newsletters/queries';
import { registerSchedule } from '#src/newsletters/register-schedule';
import { type Schedule, type ScheduleInput, weekdays } from '#src/newsletters/schedule';

/** Sets a newsletter's recurring digest and, once that is committed, the queue's scheduler. */
export async function setSchedule(
  ctx: Context,
  of: { slug: string; cadence: Cadence },
  input: ScheduleInput,
  ifMatch: number | null = null,
): Promise<Schedule> {
  const schedule = await ctx.db.transaction().execute(async (tx) => {
    const newsletter = await lockNewsletter(tx, of.slug);
    if (!newsletter) throw new Refusal('not-found', 'There is no such newsletter.');
    const existing = (await selectSchedules(tx, newsletter.id)).find(({ cadence }) => cadence === of.cadence);
    if (ifMatch !== null && existing?.version !== ifMatch) {
      throw new Refusal('version-changed', 'The schedule was changed since you read it: read it again.');
    }
    const content = { ...input, weekdays: input.weekdays ?? usualDays(of.cadence) };
    if (existing && isDeepStrictEqual(contentOf(existing), content)) return existing;
    return upsertSchedule(tx, { newsletterId: newsletter.id, cadence: of.cadence, zone: newsletter.zone }, content, ctx.now());
  });
  await registerSchedule(ctx, schedule);
  return schedule;
}

function contentOf({ enabled, at, weekdays: days, maxArticles }: Schedule): ScheduleContent {
  return { enabled, at, weekdays: days, maxArticles };
}

function usualDays(cadence: Cadence): ScheduleContent['weekdays'] {
  return cadence === 'weekly' ? ['friday'] : [...weekdays];
}
