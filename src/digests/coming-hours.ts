import type { Context } from '#src/context';
import type { Cadence } from '#src/db/tables';
import { nextOccasion } from '#src/newsletters/next-occasion';
import { weekdays } from '#src/newsletters/schedule';

/** An hour at which a schedule will make a digest. */
export interface ComingHour {
  at: Date;
  zone: string;
  newsletterSlug: string;
  newsletter: string;
  cadence: Cadence;
}

/** The hours of all schedules within the next days, soonest first. */
export async function comingHours(ctx: Context, { days }: { days: number }): Promise<ComingHour[]> {
  const rows = await ctx.db
    .selectFrom('schedule')
    .innerJoin('newsletter', 'newsletter.id', 'schedule.newsletter_id')
    .select(['newsletter.slug', 'newsletter.name', 'newsletter.zone', 'schedule.cadence', 'schedule.local_time', 'schedule.weekdays'])
    .where('schedule.is_enabled', '=', true)
    .execute();
  const until = new Date(ctx.now().getTime() + days * 24 * 3_600_000);
  const hours = rows.flatMap(({ slug, name, zone, cadence, local_time, weekdays: numbers }) => {
    const schedule = { enabled: true, at: local_time, weekdays: weekdays.filter((_day, number) => numbers.includes(number)), zone };
    const moments: Date[] = [];
    for (let at = nextOccasion(schedule, ctx.now()); at !== null && at < until; at = nextOccasion(schedule, at)) moments.push(at);
    return moments.map((at) => ({ at, zone, newsletterSlug: slug, newsletter: name, cadence }));
  });
  return hours.toSorted((one, other) => one.at.getTime() - other.at.getTime());
}
