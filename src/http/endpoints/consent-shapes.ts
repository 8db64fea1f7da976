import { z } from 'zod';
import { Timestamp, timestamp } from '#src/http/timestamp';
import type { ConsentRecord } from '#src/subscribers/list-consents';

/** `record` is what was shown and asked; null after erasure. `hash` chains each to the one before. */
export const ConsentShape = z.strictObject({
  id: z.string(),
  newsletter: z.string(),
  kind: z.enum(['asked', 'confirmed', 'imported', 'changed', 'left', 'returned', 'erased']),
  at: Timestamp,
  source: z.string().nullable(),
  wording: z.string().nullable(),
  record: z.record(z.string(), z.unknown()).nullable(),
  ip: z.string().nullable(),
  hash: z.string(),
});

/** Whether all records are as they were written; else the id of the first that is not. */
export const ChainShape = z.union([
  z.strictObject({ whole: z.literal(true), records: z.int() }),
  z.strictObject({ whole: z.literal(false), brokenAt: z.string() }),
]);

export function consentShape({ at, payload, ...shown }: ConsentRecord): z.infer<typeof ConsentShape> {
  return { ...shown, at: timestamp(at), source: text(payload?.['source']), wording: text(payload?.['wording']), record: payload };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
