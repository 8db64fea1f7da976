import { sql } from 'kysely';
import type { Context } from '#src/context';

/** An operator has looked at what was sent since the snapshot: senders may lease again. Returns the new epoch's number. */
export async function raiseEpoch({ db }: Context): Promise<number> {
  const { number } = await db
    .updateTable('epoch')
    .set({ number: sql`number + 1`, raised_at: sql`now()` })
    .returning('number')
    .executeTakeFirstOrThrow();
  return number;
}
