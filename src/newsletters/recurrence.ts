import { type Schedule, weekdays } from '#src/newsletters/schedule';
import type { Recurrence } from '#src/queue';

/** The queue's job scheduler for a schedule: minute, hour and weekdays of cron in the newsletter's zone. */
export function recurrenceOf(schedule: Schedule): Recurrence<'openOccasion'> {
  const [hour, minute] = schedule.at.split(':').map(Number);
  const days = schedule.weekdays.length === weekdays.length ? '*' : schedule.weekdays.map((day) => weekdays.indexOf(day)).join(',');
  return {
    id: schedulerId(schedule),
    name: 'openOccasion',
    payload: { newsletterId: schedule.newsletterId, cadence: schedule.cadence },
    pattern: `${minute} ${hour} * * ${days}`,
    zone: schedule.zone,
  };
}

export function schedulerId({ newsletterId, cadence }: Pick<Schedule, 'newsletterId' | 'cadence'>): string {
  return `${newsletterId}-${cadence}`;
}

export function isSchedulerId(id: string): boolean {
  return /^\d+-(breaking|daily|weekly)$/.test(id);
}
