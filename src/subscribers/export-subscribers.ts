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

/** CSV piece by piece, one line a subscription, a thousand people at a time by keyset: memory stays flat however many there are. */
export async function* exportSubscribers(ctx: Context, query: ExportQuery): AsyncIterable<string> {
  yield csvLine(columns);
  for (let after: string | undefined = '0'; after !== undefined;) {
    const rows: Row[] = await selectPage(ctx, query, after);
    if (rows.length > 0) yield rows.map(({ fields }) => csvLine(fields.map((field) => field ?? ''))).join('');
    after = rows.at(-1)?.subscriberId;
  }
}

interface Row {
  subscriberId: string;
  fields: (string | null)[];
}

async function selectPage(ctx: Context, { newsletter, state }: ExportQuery, after: string): Promise<Row[]> {
  const wanted = newsletter === undefined ? sql`true` : sql`newsletter_id = (SELECT id FROM newsletter WHERE slug = ${newsletter})`;
  const conditions = [sql`address IS NOT NULL AND id > ${after}`];
  if (newsletter !== undefined) conditions.push(sql`EXISTS (SELECT 1 FROM subscription WHERE subscriber_id = subscriber.id AND ${wanted})`);
  if (state !== undefined) conditions.push(sql`state = ${state}`);
  const { rows } = await sql<Row>`
    SELECT person.id AS "subscriberId", ARRAY[
      address, coalesce(subscription.language, person.language), person.zone, array_to_string(cadences, ' '), ${timeOf(sql`confirmed_at`)}, slug,
      person.state, subscription.state, ${timeOf(sql`paused_until`)}, ${timeOf(sql`left_at`)}, left_reason, source] AS fields
    FROM (SELECT * FROM subscriber WHERE ${sql.join(conditions, sql` AND `)} ORDER BY id LIMIT 1000) AS person
    LEFT JOIN subscription ON subscription.subscriber_id = person.id AND ${wanted}
    LEFT JOIN newsletter ON newsletter.id = newsletter_id
    ORDER BY person.id, subscription.id`.execute(ctx.db);
  return rows;
}

function timeOf(column: RawBuilder<unknown>): RawBuilder<string> {
  return sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}
