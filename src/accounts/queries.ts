import { sql } from 'kysely';
import type { Role } from '#src/accounts/editor';
import type { Scope } from '#src/accounts/scopes';
import type { Db, Tx } from '#src/db/client';

/** Every statement that writes the tables of accounts: editor, sign_in, session, api_key, idempotency, audit. */

export function insertKey(db: Db | Tx, key: { name: string; hash: Buffer; start: string; scopes: readonly Scope[]; at: Date }) {
  return db
    .insertInto('api_key')
    .values({ name: key.name, token_hash: key.hash, token_start: key.start, scopes: [...key.scopes], created_at: key.at })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A key that is known already, such as the one that `npm start` keeps in a file: it comes back to life with these scopes. */
export function ensureKeyRow(db: Db, key: { name: string; hash: Buffer; start: string; scopes: readonly Scope[]; at: Date }) {
  return db
    .insertInto('api_key')
    .values({ name: key.name, token_hash: key.hash, token_start: key.start, scopes: [...key.scopes], created_at: key.at })
    .onConflict((conflict) => conflict.column('token_hash').doUpdateSet({ scopes: [...key.scopes], revoked_at: null }))
    .execute();
}

export function findLivingKey(db: Db, hash: Buffer) {
  return db
    .selectFrom('api_key')
    .select(['id', 'name', 'scopes', 'last_used_at'])
    .where('token_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
}

export async function touchKey(db: Db, id: string, at: Date): Promise<void> {
  await db.updateTable('api_key').set({ last_used_at: at }).where('id', '=', id).execute();
}

export function selectKeys(db: Db, before: string | undefined, limit: number) {
  return db
    .selectFrom('api_key')
    .select(['id', 'name', 'token_start', 'scopes', 'created_at', 'last_used_at', 'revoked_at'])
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** @returns whether there was such a key; revoking twice is once. */
export async function revokeKeyRow(tx: Tx, id: string, at: Date): Promise<{ isNew: boolean } | undefined> {
  const revoked = await tx
    .updateTable('api_key')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (revoked.numUpdatedRows > 0n) return { isNew: true };
  const there = await tx.selectFrom('api_key').select('id').where('id', '=', id).executeTakeFirst();
  return there && { isNew: false };
}

export async function insertAudit(db: Db | Tx, entry: { actor: string; action: string; subject: string; detail: unknown }): Promise<void> {
  await db
    .insertInto('audit')
    .values({ ...entry, detail: JSON.stringify(entry.detail) })
    .execute();
}

export function selectAudit(db: Db, before: string | undefined, limit: number) {
  return db
    .selectFrom('audit')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Adds an editor, or gives the one there is the role. */
export function upsertEditor(tx: Tx, editor: { address: string; role: Role; language: string; at: Date }) {
  return tx
    .insertInto('editor')
    .values({ address: editor.address, role: editor.role, language: editor.language, created_at: editor.at })
    .onConflict((conflict) => conflict.column('address').doUpdateSet({ role: editor.role }))
    .returning(['id', 'address', 'role', 'language', sql<boolean>`xmax = 0`.as('isNew')])
    .executeTakeFirstOrThrow();
}

export function findEditor(db: Db | Tx, address: string) {
  return db.selectFrom('editor').select(['id', 'address', 'role', 'language']).where('address', '=', address).executeTakeFirst();
}

export function firstAdmin(db: Db | Tx) {
  return db
    .selectFrom('editor')
    .select(['id', 'address', 'role', 'language'])
    .where('role', '=', 'admin')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

export async function insertSignIn(tx: Tx, editorId: string, at: Date): Promise<string> {
  const row = await tx.insertInto('sign_in').values({ editor_id: editorId, created_at: at }).returning('id').executeTakeFirstOrThrow();
  return row.id;
}

export async function countSignIns(db: Db | Tx, editorId: string, since: Date): Promise<number> {
  const row = await db
    .selectFrom('sign_in')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('editor_id', '=', editorId)
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Uses the row up. @returns its editor, or nothing when it was used before. */
export function useSignIn(tx: Tx, id: string, at: Date) {
  return tx
    .updateTable('sign_in')
    .from('editor')
    .set({ used_at: at })
    .whereRef('editor.id', '=', 'sign_in.editor_id')
    .where('sign_in.id', '=', id)
    .where('sign_in.used_at', 'is', null)
    .returning(['editor.id', 'editor.address', 'editor.role', 'editor.language'])
    .executeTakeFirst();
}

export async function insertSession(tx: Tx, session: { hash: Buffer; editorId: string; at: Date; expiresAt: Date }): Promise<void> {
  await tx
    .insertInto('session')
    .values({ token_hash: session.hash, editor_id: session.editorId, created_at: session.at, expires_at: session.expiresAt })
    .execute();
}

export function findSession(db: Db, hash: Buffer, now: Date) {
  return db
    .selectFrom('session')
    .innerJoin('editor', 'editor.id', 'session.editor_id')
    .select(['editor.id', 'editor.address', 'editor.role', 'editor.language'])
    .where('session.token_hash', '=', hash)
    .where('session.expires_at', '>', now)
    .executeTakeFirst();
}

export async function deleteSession(db: Db, hash: Buffer): Promise<void> {
  await db.deleteFrom('session').where('token_hash', '=', hash).execute();
}

export async function deleteOverSessions(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('session').where('expires_at', '<=', now).execute();
}

export async function deleteOldSignIns(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('sign_in').where('created_at', '<', before).execute();
}
