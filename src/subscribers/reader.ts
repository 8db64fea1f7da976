import type { Cadence, SubscriberState, SubscriptionState } from '#src/db/tables';

/** Whom a link concerns, as pages show it: one subscription with its person and its newsletter. Erased people have none. */
export interface Reader {
  subscriptionId: string;
  subscriberId: string;
  address: string;
  subscriberState: SubscriberState;
  state: SubscriptionState;
  language: string;
  cadences: Cadence[];
  pausedUntil: Date | null;
  confirmedAt: Date | null;
  leftAt: Date | null;
  /** Counts every change to the person and to any of their subscriptions. */
  version: string;
  newsletter: { id: string; slug: string; name: string; language: string; zone: string; contactAddress: string | null };
}
