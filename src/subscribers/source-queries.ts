import { sql } from 'kysely';
import type { Tx } from '#src/db/client';

/** The statements that count where sign-ups come from. A person is counted on the day they asked, and again when they confirm. */

export async function countAsked(tx: Tx, asked: { newsletterId: string; source: string | null; askedAt: Date }): Promise<void> {
  await sql`
    INSERT INTO sign_up_source AS kept (newsletter_id, source, day, asked)
    VALUES (${asked.newsletterId}, ${asked.source ?? ''}, (${asked.askedAt}::timestamptz AT TIME ZONE 'UTC')::date, 1)
    ON CONFLICT (newsletter_id, source, day) DO UPDATE SET asked = kept.asked + 1`.execute(tx);
}

/** Of a subscription that has just become active. */
export async function countConfirmed(tx: Tx, subscriptionId: string, now: Date): Promise<void> {
  await sql`
    INSERT INTO sign_up_source AS kept (newsletter_id, source, day, confirmed)
    SELECT newsletter_id, coalesce(source, ''), (${now}::timestamptz AT TIME ZONE 'UTC')::date, 1 FROM subscription WHERE id = ${subscriptionId}
    ON CONFLICT (newsletter_id, source, day) DO UPDATE SET confirmed = kept.confirmed + 1`.execute(tx);
}

export async function deleteOldSources(tx: Tx, before: Date): Promise<void> {
  await sql`DELETE FROM sign_up_source WHERE day < ${before}::timestamptz::date`.execute(tx);
}
