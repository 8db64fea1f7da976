import type { Db } from '#src/db/client';
import { nextOccasion } from '#src/newsletters/next-occasion';
import { weekdays } from '#src/newsletters/schedule';
import type { Reader } from '#src/subscribers/reader';

/** When the reader's next scheduled digest leaves, by the newsletter's own clock; null without a schedule for what they get. */
export async function nextDigestAt(db: Db, { newsletter, cadences }: Reader, now: Date): Promise<Date | null> {
  if (cadences.length === 0) return null;
  const schedules = await db
    .selectFrom('schedule')
    .select(['local_time', 'weekdays'])
    .where('newsletter_id', '=', newsletter.id)
    .where('is_enabled', '=', true)
    .where('cadence', 'in', cadences)
    .execute();
  const moments = schedules.map(({ local_time, weekdays: numbers }) => {
    const days = weekdays.filter((_day, number) => numbers.includes(number));
    return nextOccasion({ enabled: true, at: local_time, weekdays: days, zone: newsletter.zone }, now);
  });
  return moments.filter((moment) => moment !== null).toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
}
