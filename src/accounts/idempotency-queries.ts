import type { Db } from '#src/db/client';

/** The statements of the table `idempotency`: a request by its caller and key, running while it has no status. */

export interface RequestName {
  caller: string;
  key: string;
}

export async function insertRequest(db: Db, name: RequestName, hash: Buffer, at: Date): Promise<boolean> {
  const row = await db
    .insertInto('idempotency')
    .values({ ...name, request_hash: hash, created_at: at })
    .onConflict((conflict) => conflict.columns(['caller', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst();
  return row !== undefined;
}

export function findRequest(db: Db, name: RequestName) {
  return db
    .selectFrom('idempotency')
    .select(['request_hash', 'status', 'headers', 'body', 'created_at'])
    .where('caller', '=', name.caller)
    .where('key', '=', name.key)
    .executeTakeFirst();
}

/** Takes a forgotten or abandoned request over; of several who try, one succeeds. */
export async function takeOverRequest(db: Db, name: RequestName, hash: Buffer, seenAt: Date, at: Date): Promise<boolean> {
  const taken = await db
    .updateTable('idempotency')
    .set({ request_hash: hash, status: null, headers: null, body: null, created_at: at })
    .where('caller', '=', name.caller)
    .where('key', '=', name.key)
    .where('created_at', '=', seenAt)
    .executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}

export async function renewRequest(db: Db, name: RequestName, at: Date): Promise<void> {
  await running(db, name).set({ created_at: at }).execute();
}

export async function finishRequest(
  db: Db,
  name: RequestName,
  answer: { status: number; headers: string; body: string },
  at: Date,
): Promise<void> {
  await running(db, name)
    .set({ ...answer, created_at: at })
    .execute();
}

export async function deleteRequest(db: Db, name: RequestName): Promise<void> {
  await db.deleteFrom('idempotency').where('caller', '=', name.caller).where('key', '=', name.key).where('status', 'is', null).execute();
}

export async function deleteRequestsBefore(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('idempotency').where('created_at', '<', before).execute();
}

function running(db: Db, name: RequestName) {
  return db.updateTable('idempotency').where('caller', '=', name.caller).where('key', '=', name.key).where('status', 'is', null);
}
