import { sql } from 'kysely';
import type { Db, Tx } from '#src/db/client';
import type { RejectKind } from '#src/db/tables';

/** The statements of the tables `import` and `import_reject`, and of the addresses that a running import has seen. */

/** More are counted and not listed. */
const listedRejects = 100_000;

export interface NewImport {
  newsletterId: string;
  consentSource: string;
  isDryRun: boolean;
  ignoredColumns: string[];
}

export async function insertImport(
  db: Db,
  { newsletterId, consentSource, isDryRun, ignoredColumns }: NewImport,
  now: Date,
): Promise<string> {
  const row = await db
    .insertInto('import')
    .values({
      newsletter_id: newsletterId,
      consent_source: consentSource,
      is_dry_run: isDryRun,
      ignored_columns: ignoredColumns,
      started_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export interface Reject {
  row: number;
  column: string;
  kind: RejectKind;
  reason: string;
}

export interface BatchCounts {
  added: number;
  unchanged: number;
  rejects: readonly Reject[];
}

/** What a batch came to, in its own transaction. */
export async function countBatch(tx: Tx, importId: string, { added, unchanged, rejects }: BatchCounts, now: Date): Promise<void> {
  const of = (kind: RejectKind) => rejects.filter((reject) => reject.kind === kind).length;
  await sql`
    INSERT INTO import_reject (import_id, row_number, column_name, kind, reason)
    SELECT ${importId}::bigint, row_number, column_name, kind, reason
    FROM unnest(${rejects.map(({ row }) => row)}::integer[], ${rejects.map(({ column }) => column)}::text[], ${rejects.map(({ kind }) => kind)}::text[],
      ${rejects.map(({ reason }) => reason)}::text[]) AS given (row_number, column_name, kind, reason)
    WHERE (SELECT invalid + duplicate + suppressed + unsubscribed FROM import WHERE id = ${importId}) < ${listedRejects}`.execute(tx);
  await sql`
    UPDATE import SET total = total + ${added + unchanged + rejects.length}, added = added + ${added}, unchanged = unchanged + ${unchanged},
      invalid = invalid + ${of('invalid')}, duplicate = duplicate + ${of('duplicate')}, suppressed = suppressed + ${of('suppressed')},
      unsubscribed = unsubscribed + ${of('unsubscribed')}, updated_at = ${now}
    WHERE id = ${importId}`.execute(tx);
}

export async function closeImport(db: Db, id: string, state: 'finished' | 'failed', now: Date): Promise<void> {
  await db.updateTable('import').set({ state, finished_at: now, updated_at: now }).where('id', '=', id).execute();
}

/** `db` is one connection: what an import has seen belongs to it and goes with it. */
export async function openSeen(db: Db): Promise<void> {
  await dropSeen(db);
  await sql`CREATE TEMPORARY TABLE seen_address (address text COLLATE "C" PRIMARY KEY, first_row integer NOT NULL)`.execute(db);
}

export async function dropSeen(db: Db): Promise<void> {
  await sql`DROP TABLE IF EXISTS pg_temp.seen_address`.execute(db);
}

/** @returns the row on which each address stood first */
export async function seeAddresses(db: Db, rows: readonly { row: number; address: string }[]): Promise<number[]> {
  const addresses = rows.map(({ address }) => address);
  await sql`
    INSERT INTO pg_temp.seen_address SELECT * FROM unnest(${addresses}::text[], ${rows.map(({ row }) => row)}::integer[]) ON CONFLICT DO NOTHING`.execute(
    db,
  );
  const { rows: seen } = await sql<{ first: number }>`
    SELECT first_row AS first FROM unnest(${addresses}::text[]) WITH ORDINALITY AS given (address, n)
    JOIN pg_temp.seen_address ON seen_address.address = given.address ORDER BY n`.execute(db);
  return seen.map(({ first }) => first);
}
