import { z } from 'zod';

/** A time as the API writes it: UTC, whole seconds, `2025-10-06T06:48:00Z` (RFC 3339). */
export const Timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

export function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
