import type { Context } from '#src/context';
import type { Db } from '#src/db/client';
import type { RejectKind } from '#src/db/tables';
import { admit, type Candidate, judge, type Verdict, whileAdmitting } from '#src/subscribers/admit';
import { type ImportedFields, readImportFields } from '#src/subscribers/import-fields';
import { countBatch, type Reject, seeAddresses } from '#src/subscribers/import-queries';
import type { ImportRow } from '#src/subscribers/import-rows';
import type { ImportOrder } from '#src/subscribers/import-subscribers';

type Order = ImportOrder & { id: string };
type ReadRow = ImportedFields & { row: number };

/** Some rows of a list: read, held against the rows before and against who is known, taken in, counted; in one transaction. */
export async function importBatch(ctx: Context, db: Db, order: Order, rows: readonly ImportRow[]): Promise<void> {
  const { readable, invalid } = readRows(rows, ctx.now());
  const { first, duplicates } = await setDuplicatesApart(db, readable);
  const candidates = first.map((row) => candidateOf(order, row));
  await whileAdmitting(db, async (tx) => {
    const verdicts = await (order.isDryRun ? judge : admit)(ctx, tx, order.newsletter.id, candidates);
    const refused = first.flatMap(({ row }, n) => refusalOf(row, verdicts[n]));
    const count = (wanted: Verdict) => verdicts.filter((verdict) => verdict === wanted).length;
    const rejects = [...invalid, ...duplicates, ...refused];
    await countBatch(tx, order.id, { added: count('admitted'), unchanged: count('active'), rejects }, ctx.now());
  });
}

function readRows(rows: readonly ImportRow[], now: Date): { readable: ReadRow[]; invalid: Reject[] } {
  const readable: ReadRow[] = [];
  const invalid: Reject[] = [];
  for (const { row, cells } of rows) {
    const fields = readImportFields(cells, now);
    if ('reason' in fields) invalid.push({ row, kind: 'invalid', ...fields });
    else readable.push({ row, ...fields });
  }
  return { readable, invalid };
}

async function setDuplicatesApart(db: Db, rows: readonly ReadRow[]): Promise<{ first: ReadRow[]; duplicates: Reject[] }> {
  const firstRows = await seeAddresses(db, rows);
  const duplicates = rows.flatMap(({ row }, n): Reject[] =>
    firstRows[n] === row ? [] : [{ row, column: 'email', kind: 'duplicate', reason: `is the address of row ${firstRows[n]}` }],
  );
  return { first: rows.filter(({ row }, n) => firstRows[n] === row), duplicates };
}

function candidateOf({ id, newsletter, consentSource }: Order, { row, language, ...fields }: ReadRow): Candidate {
  return { ...fields, language: language ?? newsletter.language, source: consentSource, proof: { by: 'import', import: id, row } };
}

const refusals: Partial<Record<Verdict, { kind: RejectKind; reason: string }>> = {
  suppressed: { kind: 'suppressed', reason: 'is suppressed, or its person was erased' },
  unsubscribed: { kind: 'unsubscribed', reason: 'has unsubscribed, and the row shows no later consent' },
};

function refusalOf(row: number, verdict: Verdict | undefined): Reject[] {
  const refusal = verdict && refusals[verdict];
  return refusal ? [{ row, column: 'email', ...refusal }] : [];
}
