import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { ImportState } from '#src/db/tables';
import { Refusal } from '#src/errors';
import { csvLine } from '#src/subscribers/csv-line';
import type { Reject } from '#src/subscribers/import-queries';

export interface Import {
  id: string;
  state: ImportState;
  newsletter: string;
  consentSource: string;
  isDryRun: boolean;
  counts: {
    rows: number;
    added: number;
    unchanged: number;
    invalid: number;
    duplicate: number;
    suppressed: number;
    unsubscribed: number;
  };
  ignoredColumns: string[];
  startedAt: Date;
  finishedAt: Date | null;
}

/** A batch takes a second or two: one that stands still for so long died with its process. */
const stillForMs = 2 * 60_000;

/** @throws Refusal not-found */
export async function findImport(ctx: Context, id: string): Promise<Import> {
  const stillSince = new Date(ctx.now().getTime() - stillForMs);
  const { rows } = await sql<Import>`
    SELECT import.id, newsletter.slug AS newsletter, consent_source AS "consentSource", is_dry_run AS "isDryRun",
      CASE WHEN state = 'running' AND import.updated_at < ${stillSince} THEN 'failed' ELSE state END AS state,
      json_build_object('rows', total, 'added', added, 'unchanged', unchanged, 'invalid', invalid, 'duplicate', duplicate, 'suppressed', suppressed,
        'unsubscribed', unsubscribed) AS counts,
      ignored_columns AS "ignoredColumns", started_at AS "startedAt", finished_at AS "finishedAt"
    FROM import JOIN newsletter ON newsletter.id = newsletter_id WHERE import.id = ${id}`.execute(ctx.db);
  const [found] = rows;
  if (!found) throw new Refusal('not-found', 'There is no such import.');
  return found;
}

/** The rows that were not taken, in the order of the list. */
export async function listRejects(
  ctx: Context,
  importId: string,
  { after = 0, limit }: { after?: number; limit: number },
): Promise<Reject[]> {
  const { rows } = await sql<Reject>`
    SELECT row_number AS row, column_name AS column, kind, reason FROM import_reject
    WHERE import_id = ${importId} AND row_number > ${after} ORDER BY row_number LIMIT ${limit}`.execute(ctx.db);
  return rows;
}

/** The same as CSV, piece by piece. */
export async function* rejectsAsCsv(ctx: Context, importId: string): AsyncIterable<string> {
  yield csvLine(['row', 'column', 'kind', 'reason']);
  for (let after = 0; ;) {
    const rejects = await listRejects(ctx, importId, { after, limit: 1_000 });
    const last = rejects.at(-1);
    if (!last) return;
    yield rejects.map(({ row, column, kind, reason }) => csvLine([String(row), column, kind, reason])).join('');
    after = last.row;
  }
}
