import type { Context } from '#src/context';
import type { Cadence } from '#src/db/tables';
import { Refusal } from '#src/errors';
import { findNewsletter } from '#src/newsletters/find-newsletter';
import { selectSchedules } from '#src/newsletters/queries';
import type { Schedule } from '#src/newsletters/schedule';

export async function findSchedule(ctx: Context, slug: string, cadence: Cadence): Promise<Schedule> {
  const newsletter = await findNewsletter(ctx, slug);
  const schedule = (await selectSchedules(ctx.db, newsletter.id)).find((each) => each.cadence === cadence);
  if (!schedule) throw new Refusal('not-found', `The newsletter has no ${cadence} schedule yet.`);
  return schedule;
}
