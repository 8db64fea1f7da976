import { z } from 'zod';
import type { Cadence } from '#src/db/tables';

/** In the order of JavaScript's and Postgres's numbers: Sunday is 0. */
export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Weekday = (typeof weekdays)[number];

/** A recurring digest. `at` is the newsletter's wall clock. Absent weekdays: all of them, of a weekly digest Friday. */
export const ScheduleInput = z.strictObject({
  enabled: z.boolean().default(true),
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time such as 06:30'),
  weekdays: z
    .array(z.enum(weekdays))
    .min(1, 'names no day: set enabled to false instead')
    .max(7)
    .transform((days) => weekdays.filter((day) => days.includes(day)))
    .optional(),
  maxArticles: z.int().min(1).max(50).default(8),
});
export type ScheduleInput = z.infer<typeof ScheduleInput>;

export interface Schedule {
  newsletterId: string;
  cadence: Cadence;
  enabled: boolean;
  at: string;
  weekdays: Weekday[];
  maxArticles: number;
  /** The newsletter's. */
  zone: string;
  version: number;
}
