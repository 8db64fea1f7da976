import { type Schedule, weekdays } from '#src/newsletters/schedule';
import { instantOf, wallTimeOf } from '#src/zone-time';

const dayMs = 24 * 60 * 60 * 1000;

/** When a schedule rings next after `now`; null for one that is off. In the night without that hour it rings as long after the gap's start. */
export function nextOccasion(schedule: Pick<Schedule, 'enabled' | 'at' | 'weekdays' | 'zone'>, now: Date): Date | null {
  if (!schedule.enabled) return null;
  const today = Date.parse(`${wallTimeOf(now, schedule.zone).slice(0, 10)}T00:00:00Z`);
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const day = new Date(today + ahead * dayMs);
    const weekday = weekdays[day.getUTCDay()];
    const moment = instantOf(`${day.toISOString().slice(0, 10)}T${schedule.at}`, schedule.zone)?.at;
    if (weekday && schedule.weekdays.includes(weekday) && moment && moment > now) return moment;
  }
  return null;
}
