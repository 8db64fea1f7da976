import type { Context } from '#src/context';
import type { Db } from '#src/db/client';
import type { Newsletter } from '#src/newsletters/newsletter';
import { importBatch } from '#src/subscribers/import-batch';
import { closeImport, dropSeen, insertImport, openSeen } from '#src/subscribers/import-queries';
import { checkList, type ImportRow, importRows, type ImportSource } from '#src/subscribers/import-rows';

export interface ImportOrder {
  newsletter: Newsletter;
  /** Where these people gave their consent: kept with each of them. */
  consentSource: string;
  isDryRun: boolean;
}

/** An import under way; its row tells how far it is. `done` is resolved when it has ended, well or not. */
export interface StartedImport {
  id: string;
  done: Promise<void>;
}

const rowsPerBatch = 2_000;

/**
 * Makes the people of a list active readers, with the list's consent on record for each. Nothing is taken from a list that cannot be read to its end;
 * then batch by batch, so that the same list may be sent again after a break: who is in already stays as they are.
 *
 * @throws Refusal invalid when the list cannot be read
 */
export async function importSubscribers(ctx: Context, order: ImportOrder, source: ImportSource): Promise<StartedImport> {
  const { ignoredColumns } = await checkList(source);
  const { consentSource, isDryRun } = order;
  const id = await insertImport(ctx.db, { newsletterId: order.newsletter.id, consentSource, isDryRun, ignoredColumns }, ctx.now());
  return { id, done: carryOut(ctx, id, order, source) };
}

async function carryOut(ctx: Context, id: string, order: ImportOrder, source: ImportSource): Promise<void> {
  try {
    await ctx.db.connection().execute((db) => takeRows(ctx, db, { ...order, id }, source));
    await closeImport(ctx.db, id, 'finished', ctx.now());
  } catch (error) {
    ctx.log.error({ err: error, importId: id }, 'an import broke off; the batches before are in');
    await closeImport(ctx.db, id, 'failed', ctx.now()).catch(() => undefined); // its row stands still, which tells the same
  }
}

async function takeRows(ctx: Context, db: Db, order: ImportOrder & { id: string }, source: ImportSource): Promise<void> {
  await openSeen(db);
  try {
    let batch: ImportRow[] = [];
    for await (const row of importRows(source)) {
      batch.push(row);
      if (batch.length < rowsPerBatch) continue;
      await importBatch(ctx, db, order, batch);
      batch = [];
    }
    if (batch.length > 0) await importBatch(ctx, db, order, batch);
  } finally {
    await dropSeen(db);
  }
}
