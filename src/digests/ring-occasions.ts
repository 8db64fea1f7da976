import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { Cadence } from '#src/db/tables';

/**
 * Rings for schedules whose hour came within the last hour and whose digest is missing or half made: what an emptied queue or a dead
 * worker forgot. Meant for every half minute. A schedule of yesterday is not caught up with, nor an hour that had passed when it was set.
 */
export async function ringOccasions(ctx: Context): Promise<void> {
  const now = ctx.now();
  const { rows } = await sql<{ newsletterId: string; cadence: Cadence }>`
    SELECT newsletter.id AS "newsletterId", schedule.cadence
    FROM schedule JOIN newsletter ON newsletter.id = schedule.newsletter_id
    CROSS JOIN LATERAL (SELECT ${now}::timestamptz AT TIME ZONE newsletter.zone AS local_now) AS clock
    CROSS JOIN LATERAL (SELECT local_now::date + schedule.local_time::time AS hour) AS today
    WHERE schedule.is_enabled
      AND extract(dow FROM local_now)::smallint = ANY(schedule.weekdays)
      AND local_now >= today.hour + interval '20 seconds' AND local_now < today.hour + interval '1 hour'
      AND schedule.updated_at <= today.hour AT TIME ZONE newsletter.zone
      AND NOT EXISTS (
        SELECT 1 FROM digest
        WHERE digest.occasion = newsletter.slug || '/' || schedule.cadence || '/' || to_char(local_now, 'YYYY-MM-DD')
          AND NOT (digest.state = 'draft' AND digest.state_reason = 'opening'
            AND digest.updated_at < ${now}::timestamptz - interval '1 minute'))`.execute(ctx.db);
  for (const occasion of rows) await ctx.bells.ring('openOccasion', occasion);
}
