import { unconfirmedDays } from '#src/subscribers/subscriber';

/** TABLE of how long what is kept, in days; `docs/retention.md` says it in words, and a test compares them. The clock's `tidy` job keeps to it. */
export const retentionDays = {
  'unconfirmed sign-ups': unconfirmedDays,
  'sign-up requests': unconfirmedDays,
  'dropped messages': unconfirmedDays,
  'confirmation counts': 30,
  'network addresses': 30,
  'sources of sign-ups': 400,
} as const;
