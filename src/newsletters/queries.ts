import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '#src/db/client';
import type { Cadence, Database } from '#src/db/tables';
import type { Newsletter, NewsletterChange } from '#src/newsletters/newsletter';
import { type Schedule, type Weekday, weekdays } from '#src/newsletters/schedule';

export async function selectNewsletter(db: Db | Tx, slug: string): Promise<Newsletter | null> {
  const row = await db.selectFrom('newsletter').selectAll().where('slug', '=', slug).executeTakeFirst();
  return row ? newsletterOf(row) : null;
}

export async function lockNewsletter(tx: Tx, slug: string): Promise<Newsletter | null> {
  const row = await tx.selectFrom('newsletter').selectAll().where('slug', '=', slug).forUpdate().executeTakeFirst();
  return row ? newsletterOf(row) : null;
}

/** In the order in which they were made. */
export async function selectNewsletters(db: Db, afterId: string, limit: number): Promise<Newsletter[]> {
  const rows = await db.selectFrom('newsletter').selectAll().where('id', '>', afterId).orderBy('id').limit(limit).execute();
  return rows.map(newsletterOf);
}

export async function updateNewsletter(tx: Tx, slug: string, change: NewsletterChange, now: Date): Promise<Newsletter> {
  const row = await tx
    .updateTable('newsletter')
    .set({
      name: change.name,
      description: change.description,
      language: change.language,
      zone: change.zone,
      from_name: change.fromName,
      website_url: change.websiteUrl,
      contact_address: change.contactAddress,
      israel_profile: change.israelProfile,
      is_open: change.isOpen,
      version: sql<number>`version + 1`,
      updated_at: now,
    })
    .where('slug', '=', slug)
    .returningAll()
    .executeTakeFirstOrThrow();
  return newsletterOf(row);
}

function newsletterOf(row: Selectable<Database['newsletter']>): Newsletter {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    language: row.language,
    zone: row.zone,
    fromName: row.from_name,
    websiteUrl: row.website_url,
    contactAddress: row.contact_address,
    israelProfile: row.israel_profile,
    isOpen: row.is_open,
    version: row.version,
  };
}

/** Of one newsletter, or of all. */
export async function selectSchedules(db: Db | Tx, newsletterId?: string): Promise<Schedule[]> {
  const rows = await db
    .selectFrom('schedule')
    .innerJoin('newsletter', 'newsletter.id', 'schedule.newsletter_id')
    .selectAll('schedule')
    .select('newsletter.zone')
    .$if(newsletterId !== undefined, (query) => query.where('newsletter_id', '=', newsletterId ?? ''))
    .orderBy('newsletter_id')
    .orderBy('cadence')
    .execute();
  return rows.map(({ zone, ...row }) => scheduleOf(row, zone));
}

export type ScheduleContent = Pick<Schedule, 'enabled' | 'at' | 'weekdays' | 'maxArticles'>;

export async function upsertSchedule(
  tx: Tx,
  of: { newsletterId: string; cadence: Cadence; zone: string },
  content: ScheduleContent,
  now: Date,
): Promise<Schedule> {
  const values = {
    is_enabled: content.enabled,
    local_time: content.at,
    weekdays: content.weekdays.map((day) => weekdays.indexOf(day)),
    max_articles: content.maxArticles,
    updated_at: now,
  };
  const row = await tx
    .insertInto('schedule')
    .values({ newsletter_id: of.newsletterId, cadence: of.cadence, ...values })
    .onConflict((conflict) =>
      conflict.columns(['newsletter_id', 'cadence']).doUpdateSet({ ...values, version: sql<number>`schedule.version + 1` }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return scheduleOf(row, of.zone);
}

function scheduleOf(row: Selectable<Database['schedule']>, zone: string): Schedule {
  return {
    newsletterId: row.newsletter_id,
    cadence: row.cadence,
    enabled: row.is_enabled,
    at: row.local_time,
    weekdays: row.weekdays.map((number) => weekdays[number]).filter((day): day is Weekday => day !== undefined),
    maxArticles: row.max_articles,
    zone,
    version: row.version,
  };
}
