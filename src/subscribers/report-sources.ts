import { sql } from 'kysely';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';

/** What became of those who came from one place. `source` is the form's `src`; empty for forms without one. */
export interface SourceReport {
  source: string;
  /** Sign-ups that we wrote a confirmation for. */
  asked: number;
  confirmed: number;
  /** Of those who are still known to us: confirmed at least thirty days ago, and how many of them still read thirty days later. */
  confirmedThirtyDaysAgo: number;
  readingAfterThirtyDays: number;
}

/**
 * Where the sign-ups of the last `days` came from, the most confirmed first: article → form → confirmed → still reading after thirty days.
 *
 * @throws Refusal not-found
 */
export async function reportSources(ctx: Context, slug: string, days: number): Promise<SourceReport[]> {
  const newsletter = await ctx.db.selectFrom('newsletter').select('id').where('slug', '=', slug).executeTakeFirst();
  if (!newsletter) throw new Refusal('not-found', 'There is no such newsletter.');
  const now = ctx.now();
  const { rows } = await sql<SourceReport>`
    WITH since AS (SELECT ${now}::timestamptz - make_interval(days => ${days}) AS moment),
    counted AS (
      SELECT source, sum(asked)::integer AS asked, sum(confirmed)::integer AS confirmed FROM sign_up_source, since
      WHERE newsletter_id = ${newsletter.id} AND day >= (moment AT TIME ZONE 'UTC')::date GROUP BY source
    ), stayed AS (
      SELECT coalesce(source, '') AS source, count(*)::integer AS old,
        count(*) FILTER (WHERE left_at IS NULL OR left_at >= confirmed_at + interval '30 days')::integer AS reading
      FROM subscription, since
      WHERE newsletter_id = ${newsletter.id} AND confirmed_at >= moment AND confirmed_at <= ${now}::timestamptz - interval '30 days' GROUP BY 1
    )
    SELECT counted.source, asked, confirmed, coalesce(old, 0) AS "confirmedThirtyDaysAgo", coalesce(reading, 0) AS "readingAfterThirtyDays"
    FROM counted LEFT JOIN stayed ON stayed.source = counted.source
    ORDER BY confirmed DESC, asked DESC, counted.source LIMIT 200`.execute(ctx.db);
  return rows;
}
