import { z } from 'zod';

const earliest = new Date('1990-01-01T00:00:00Z');

/** Where a consent was given: shown to editors, kept as proof. One line; signs that steer right-to-left text may be in it. */
export const ConsentSource = z
  .string()
  .trim()
  .min(1, 'is empty')
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'has a control character');

/** What the person agreed to, in the words that they saw. */
export const ConsentWording = z
  .string()
  .trim()
  .min(1, 'is empty')
  .max(5_000)
  .refine((words) => !/[^\P{Cc}\n\r\t]|\p{Cs}/u.test(words), 'has a control character');

/** Why a consent cannot have been given then, if so. */
export function consentTimeFault(at: Date, now: Date): 'lies in the future' | 'lies too far back' | null {
  if (at > now) return 'lies in the future';
  return at < earliest ? 'lies too far back' : null;
}
