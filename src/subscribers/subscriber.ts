import { z } from 'zod';
import type { Cadence } from '#src/db/tables';
import { type AddressFault, normaliseAddress, parseAddress } from '#src/mail/address';

/** An address as it is stored: lower case, domain as A-labels. It cannot hold a bad one. */
export const SubscriberEmail = z
  .string()
  .transform((text, context) => {
    const parsed = parseAddress(text);
    if (typeof parsed !== 'string') return normaliseAddress(parsed.address);
    context.addIssue({ code: 'custom', message: addressFaults[parsed] });
    return z.NEVER;
  })
  .brand('SubscriberEmail');
export type SubscriberEmail = z.infer<typeof SubscriberEmail>;

export const CadenceName = z.enum(['breaking', 'daily', 'weekly']);
export const Cadences = z.array(CadenceName).min(1).max(3).transform(inOrder);

/** Once each, in one order, so that equal choices are equal rows. */
export function inOrder(cadences: readonly Cadence[]): Cadence[] {
  return CadenceName.options.filter((cadence) => cadences.includes(cadence));
}

/** `src` of a sign-up: which article, placement or feed it came from. Shown to editors, never to readers. */
export const Source = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'has a control character');

/** For how long an unsubscription can be undone, and an unconfirmed sign-up is kept. */
export const undoHours = 24;
export const unconfirmedDays = 7;

/** I6: confirmations and reminders that an address may get in thirty days. */
export const mostConfirmations = 3;

const format = 'Enter an email address in the correct format, like name@example.com';
const addressFaults: Record<AddressFault, string> = {
  empty: 'Enter your email address',
  'too-long': 'This address is longer than an email address can be',
  'control-character': format,
  'no-at': format,
  'quoted-local-part': format,
  'bad-local': format,
  'ip-literal': format,
  'bad-domain': format,
  'single-label-domain': format,
};
