import { z } from 'zod';
import { Refusal } from '#src/errors';
import type { Context } from '#src/context';
import { Timestamp, timestamp } from '#src/http/timestamp';
import { languages } from '#src/locales';
import { findNewsletter } from '#src/newsletters/find-newsletter';
import type { Newsletter } from '#src/newsletters/newsletter';
import { CadenceName } from '#src/subscribers/subscriber';
import type { Subscriber, Subscription } from '#src/subscribers/subscriber-record';

export const SubscriberStateName = z.enum(['pending', 'active', 'left', 'suppressed']);
const SubscriptionShape = z.strictObject({
  newsletter: z.string(),
  state: z.enum(['pending', 'active', 'left']),
  cadences: z.array(CadenceName),
  language: z.string(),
  pausedUntil: Timestamp.nullable(),
  source: z.string().nullable(),
  askedAt: Timestamp,
  confirmedAt: Timestamp.nullable(),
  leftAt: Timestamp.nullable(),
  leftReason: z.string().nullable(),
});

/** `newsletter`, `cadences`, `pausedUntil` and `source` are those of the subscription that was asked for, else of the liveliest. */
export const SubscriberShape = z.strictObject({
  id: z.string(),
  email: z.string(),
  state: SubscriberStateName,
  language: z.string(),
  timezone: z.string().nullable(),
  newsletter: z.string().nullable(),
  cadences: z.array(CadenceName),
  pausedUntil: Timestamp.nullable(),
  source: z.string().nullable(),
  subscriptions: z.array(SubscriptionShape),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});

export function subscriberShape(subscriber: Subscriber, newsletter?: string): z.infer<typeof SubscriberShape> {
  const { id, address, state, language, zone, subscriptions, createdAt, updatedAt } = subscriber;
  const main = subscriptions.find((one) => one.newsletter === newsletter) ?? subscriptions[0];
  return {
    id,
    email: address,
    state,
    language: main?.language ?? language,
    timezone: zone,
    newsletter: main?.newsletter ?? null,
    cadences: main?.cadences ?? [],
    pausedUntil: time(main?.pausedUntil),
    source: main?.source ?? null,
    subscriptions: subscriptions.map(subscriptionShape),
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(updatedAt),
  };
}

function subscriptionShape(subscription: Subscription): z.infer<typeof SubscriptionShape> {
  const { newsletter, state, cadences, language, source, leftReason } = subscription;
  const { pausedUntil, askedAt, confirmedAt, leftAt } = subscription;
  const times = { pausedUntil: time(pausedUntil), askedAt: timestamp(askedAt), confirmedAt: time(confirmedAt), leftAt: time(leftAt) };
  return { newsletter, state, cadences, language, source, leftReason, ...times };
}

function time(at: Date | null | undefined): string | null {
  return at ? timestamp(at) : null;
}

export const LanguageName = z.string().refine((language) => languages.includes(language), `is none of ${languages.join(', ')}`);

/** What is searched for: Postgres takes no NUL, and no address has one. */
export const SearchText = z
  .string()
  .max(320)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has a control character');

/** A moment, RFC 3339. */
export const Moment = z.iso
  .datetime({ offset: true, error: 'is no time such as 2025-10-06T06:48:00Z' })
  .transform((text) => new Date(text));

/** The newsletter that a body or a query names; another is a fault of the input. */
export async function newsletterNamed(ctx: Context, slug: string): Promise<Newsletter> {
  try {
    return await findNewsletter(ctx, slug);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal('invalid', error.message, {
      faults: [{ pointer: '/newsletter', detail: 'names no newsletter: see GET /v1/newsletters' }],
    });
  }
}
