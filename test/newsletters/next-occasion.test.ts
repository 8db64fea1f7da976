import { describe, expect, test } from '@jest/globals';
import { nextOccasion } from '#src/newsletters/next-occasion';
import { type Weekday, weekdays } from '#src/newsletters/schedule';

const zone = 'Asia/Jerusalem';
const daily = { enabled: true, at: '06:30', weekdays: [...weekdays], zone };

describe('the next occasion of a schedule', () => {
  test.each<[string, string, readonly Weekday[], string, string]>([
    ['later today', '06:30', weekdays, '2026-11-22T04:29:00Z', '2026-11-22T04:30:00Z'],
    ['tomorrow, at its very minute', '06:30', weekdays, '2026-11-22T04:30:00Z', '2026-11-23T04:30:00Z'],
    ['after midnight there, before midnight here', '00:10', weekdays, '2026-11-22T22:05:00Z', '2026-11-22T22:10:00Z'],
    ['the same day next week', '06:30', ['sunday'], '2026-11-22T05:00:00Z', '2026-11-29T04:30:00Z'],
    ['the nearest of several days', '06:30', ['monday', 'thursday'], '2026-11-24T05:00:00Z', '2026-11-26T04:30:00Z'],
    ['by summer time after the clocks went forward', '06:30', weekdays, '2026-03-26T12:00:00Z', '2026-03-27T03:30:00Z'],
    ['in the skipped hour: as long after the gap began', '02:30', weekdays, '2026-03-26T12:00:00Z', '2026-03-27T00:30:00Z'],
    ['in the repeated hour: the first', '01:30', weekdays, '2026-10-24T12:00:00Z', '2026-10-24T22:30:00Z'],
    ['after the first of the repeated hours: the next day', '01:30', weekdays, '2026-10-24T22:45:00Z', '2026-10-25T23:30:00Z'],
  ])('is %s', (_, at, days, now, next) => {
    expect(nextOccasion({ ...daily, at, weekdays: [...days] }, new Date(now))).toEqual(new Date(next));
  });

  test('is none when the schedule is off', () => {
    expect(nextOccasion({ ...daily, enabled: false }, new Date())).toBeNull();
  });
});
