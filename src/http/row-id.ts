import { z } from 'zod';

const largest = 2n ** 63n - 1n;

/** The id of a row in a path. Ids are opaque to callers: one that could be none of ours is simply not found, so it becomes 0, which no row has. */
export const RowId = z.string().transform((id) => (/^[1-9][0-9]{0,18}$/.test(id) && BigInt(id) <= largest ? id : '0'));

/** The id of a row in a cursor: here a wrong one is a fault. */
export const CursorId = z.string().refine((id) => /^[1-9][0-9]{0,18}$/.test(id) && BigInt(id) <= largest, 'is no id');
