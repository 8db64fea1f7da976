import type { Db } from '#src/db/client';
import type { Reader } from '#src/subscribers/reader';
import { instantOf, wallTimeOf } from '#src/zone-time';

const dayMs = 24 * 3_600_000;

/** When the reader's next scheduled digest leaves, by the newsletter's own clock; null without a schedule for what they get. */
export async function nextDigestAt(db: Db, { newsletter, cadences }: Reader, now: Date): Promise<Date | null> {
  const schedules = await db
    .selectFrom('schedule')
    .select(['local_time', 'weekdays'])
    .where('newsletter_id', '=', newsletter.id)
    .where('is_enabled', '=', true)
    .where('cadence', 'in', cadences.length > 0 ? cadences : ['daily' as const])
    .execute();
  const moments = schedules.map(({ local_time, weekdays }) => nextMoment(now, { time: local_time, weekdays, zone: newsletter.zone }));
  return moments.filter((moment) => moment !== null).toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
}

function nextMoment(now: Date, { time, weekdays, zone }: { time: string; weekdays: number[]; zone: string }): Date | null {
  for (let day = 0; day <= 8; day += 1) {
    const date = wallTimeOf(new Date(now.getTime() + day * dayMs), zone).slice(0, 10);
    const moment = instantOf(`${date}T${time}`, zone)?.at;
    if (moment && moment > now && weekdays.includes(new Date(`${date}T00:00:00Z`).getUTCDay())) return moment;
  }
  return null;
}
