import { z } from 'zod';

/**
 * Lists are read by keyset: `cursor` is the place after the last row that was seen. It is opaque to callers, base64url of JSON, and read
 * through `Keyset`, so that a forged one is a fault of the input and never reaches SQL.
 */
export function pageFields<Keyset extends z.ZodType>(keyset: Keyset) {
  return {
    cursor: z.string().max(1_000).transform(decodeCursor).pipe(keyset).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  };
}

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** Makes the answer from `limit + 1` rows: the one too many says that there is a next page. */
export function page<Row, Item>(rows: readonly Row[], limit: number, shape: { item: (row: Row) => Item; place: (row: Row) => unknown }) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(shape.place(last)) : null;
  return { items: shown.map((row) => shape.item(row)), nextCursor };
}

function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function decodeCursor(cursor: string, issues: z.RefinementCtx): unknown {
  try {
    if (!/^[A-Za-z0-9_-]+$/.test(cursor)) throw new SyntaxError('not base64url');
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    issues.addIssue({ code: 'custom', message: 'is no cursor of ours: take nextCursor as it came' });
    return z.NEVER;
  }
}
