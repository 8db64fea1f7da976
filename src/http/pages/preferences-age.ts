import type { Context } from '#src/context';
import { type Link, writeLink } from '#src/links';

const dayMs = 24 * 3_600_000;
const livesDays = 90;
/** So long after a mail its preferences link may name a new address; afterwards a fresh mail is needed: old mails are forwarded and kept. */
const freshDays = 7;

export function isFresh({ expiresAt }: Link, now: Date): boolean {
  return expiresAt !== null && expiresAt.getTime() - now.getTime() > (livesDays - freshDays) * dayMs;
}

/** The preferences as an unsubscribe link gives them: that link lives for ever, so what it gives is old from the start, and lives a day. */
export function writeAgedPreferences({ config, now }: Context, subscriptionId: string): string {
  return writeLink(config.keys, 'preferences', subscriptionId, new Date(now().getTime() - (livesDays - 1) * dayMs));
}
