import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { Cadence, SubscriberState, SubscriptionState } from '#src/db/tables';

/** A person with everything that they subscribe to, the liveliest first, as editors and programs see them. Erased people have none. */
export interface Subscriber {
  id: string;
  address: string;
  state: Exclude<SubscriberState, 'erased'>;
  language: string;
  zone: string | null;
  /** Counts every change to the person and to any of their subscriptions. */
  version: number;
  subscriptions: Subscription[];
  createdAt: Date;
  updatedAt: Date;
}

export interface Subscription {
  id: string;
  newsletterId: string;
  newsletter: string;
  state: SubscriptionState;
  cadences: Cadence[];
  language: string;
  pausedUntil: Date | null;
  source: string | null;
  askedAt: Date;
  confirmedAt: Date | null;
  leftAt: Date | null;
  leftReason: string | null;
}

/** `condition` speaks of `subscriber`. The newest first. */
export async function selectSubscribers(db: Db, condition: RawBuilder<unknown>, limit: number): Promise<Subscriber[]> {
  const { rows } = await sql<Row>`
    SELECT id, address, state, language, zone, created_at AS "createdAt", updated_at AS "updatedAt", (version + own.versions)::integer AS version,
      own.subscriptions
    FROM subscriber CROSS JOIN LATERAL (
      SELECT coalesce(sum(subscription.version), 0) AS versions, coalesce(json_agg(json_build_object(
        'id', subscription.id::text, 'newsletterId', newsletter.id::text, 'newsletter', slug, 'state', subscription.state, 'cadences', cadences,
        'language', subscription.language, 'pausedUntil', paused_until, 'source', source, 'askedAt', asked_at, 'confirmedAt', confirmed_at,
        'leftAt', left_at, 'leftReason', left_reason
      ) ORDER BY array_position(ARRAY['active', 'pending', 'left'], subscription.state), subscription.id), '[]') AS subscriptions
      FROM subscription JOIN newsletter ON newsletter.id = newsletter_id WHERE subscriber_id = subscriber.id
    ) AS own
    WHERE address IS NOT NULL AND ${condition}
    ORDER BY id DESC LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({ ...row, subscriptions: row.subscriptions.map(withTimes) }));
}

type Row = Omit<Subscriber, 'subscriptions'> & { subscriptions: Written[] };
type TimeName = 'pausedUntil' | 'askedAt' | 'confirmedAt' | 'leftAt';
type Written = Omit<Subscription, TimeName> & Record<Exclude<TimeName, 'askedAt'>, string | null> & { askedAt: string };

/** JSON has no times of its own. */
function withTimes(written: Written): Subscription {
  return {
    ...written,
    pausedUntil: time(written.pausedUntil),
    askedAt: new Date(written.askedAt),
    confirmedAt: time(written.confirmedAt),
    leftAt: time(written.leftAt),
  };
}

function time(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
