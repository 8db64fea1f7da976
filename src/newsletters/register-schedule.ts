import type { Context } from '#src/context';
import { recurrenceOf, schedulerId } from '#src/newsletters/recurrence';
import type { Schedule } from '#src/newsletters/schedule';

/** Tells the queue when to ring, or to stop. The row is committed: a queue that is away hears of it at the next `syncSchedules`. */
export async function registerSchedule(ctx: Context, schedule: Schedule): Promise<void> {
  try {
    if (schedule.enabled) await ctx.bells.recur(recurrenceOf(schedule));
    else await ctx.bells.stopRecurring('clock', schedulerId(schedule));
  } catch (error) {
    ctx.log.warn({ scheduler: schedulerId(schedule), error: String(error) }, 'the queue does not know of a schedule yet');
  }
}
