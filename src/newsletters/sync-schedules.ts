import type { Context } from '#src/context';
import { selectSchedules } from '#src/newsletters/queries';
import { isSchedulerId, schedulerId } from '#src/newsletters/recurrence';
import { registerSchedule } from '#src/newsletters/register-schedule';

/** Makes the queue's schedulers what the rows say: every enabled one is there, and none that nobody set. For a start, and after an emptied queue. */
export async function syncSchedules(ctx: Context): Promise<void> {
  const schedules = await selectSchedules(ctx.db);
  for (const schedule of schedules.filter(({ enabled }) => enabled)) await registerSchedule(ctx, schedule);
  const wanted = new Set(schedules.filter(({ enabled }) => enabled).map(schedulerId));
  try {
    const strangers = (await ctx.bells.recurrences('clock')).filter((id) => isSchedulerId(id) && !wanted.has(id));
    for (const id of strangers) await ctx.bells.stopRecurring('clock', id);
  } catch (error) {
    ctx.log.warn({ error: String(error) }, 'the schedulers could not be looked through');
  }
}
