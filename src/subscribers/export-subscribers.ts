import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#src/context';
import { csvLine } from '#src/subscribers/csv-line';
import type { Subscriber } from '#src/subscribers/subscriber-record';

export interface ExportQuery {
  /** Slug. */
  newsletter?: string | undefined;
  /** Of the person. */
  state?: Subscriber['state'] | undefined;
}

/** The first five are those that an import reads. */
const columns = [
  'email',
  'language',
  'timezone',
  'cadence',
  'consented_at',
  'newsletter',
  'state',
  'subscription',
  'paused_until',
  'left_at',
  'left_reason',
  'source',
] as const;

/** CSV piece by piece, one line a subscription, by keyset: memory stays flat however many there are. */
export async function* exportSubscribers(ctx: Context, query: ExportQuery): AsyncIterable<string> {
  yield csvLine(columns);
  for (let place: Place | undefined = { subscriberId: '0', subscriptionId: '0' }; place;) {
    const rows: Row[] = await selectPage(ctx, query, place);
    if (rows.length > 0) yield rows.map(({ fields }) => csvLine(fields.map((field) => field ?? ''))).join('');
    place = rows.at(-1);
  }
}

interface Place {
  subscriberId: string;
  subscriptionId: string;
}

type Row = Place & { fields: (string | null)[] };

async function selectPage(ctx: Context, { newsletter, state }: ExportQuery, place: Place): Promise<Row[]> {
  const conditions = [
    sql`(subscriber.id, coalesce(subscription.id, 0)) > (${place.subscriberId}::bigint, ${place.subscriptionId}::bigint)`,
  ];
  if (newsletter !== undefined) conditions.push(sql`slug = ${newsletter}`);
  if (state !== undefined) conditions.push(sql`subscriber.state = ${state}`);
  const { rows } = await sql<Row>`
    SELECT subscriber.id AS "subscriberId", coalesce(subscription.id, 0)::text AS "subscriptionId", ARRAY[
      address, coalesce(subscription.language, subscriber.language), subscriber.zone, array_to_string(cadences, ' '), ${timeOf(sql`confirmed_at`)}, slug,
      subscriber.state, subscription.state, ${timeOf(sql`paused_until`)}, ${timeOf(sql`left_at`)}, left_reason, source] AS fields
    FROM subscriber LEFT JOIN subscription ON subscription.subscriber_id = subscriber.id LEFT JOIN newsletter ON newsletter.id = newsletter_id
    WHERE address IS NOT NULL AND subscriber.id >= ${place.subscriberId} AND ${sql.join(conditions, sql` AND `)}
    ORDER BY subscriber.id, coalesce(subscription.id, 0) LIMIT 1000`.execute(ctx.db);
  return rows;
}

function timeOf(column: RawBuilder<unknown>): RawBuilder<string> {
  return sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}
