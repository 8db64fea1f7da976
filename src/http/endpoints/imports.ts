import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { recordAudit } from '#src/accounts/record-audit';
import type { Context } from '#src/context';
import { type Endpoint, endpoint, reply, replyMedia } from '#src/http/endpoint';
import { newsletterNamed } from '#src/http/endpoints/subscriber-shapes';
import { RowId } from '#src/http/row-id';
import { spoolUpload } from '#src/http/spool-upload';
import { Timestamp, timestamp } from '#src/http/timestamp';
import { ConsentSource } from '#src/subscribers/consent-words';
import { findImport, listRejects, rejectsAsCsv } from '#src/subscribers/find-import';
import { importSubscribers } from '#src/subscribers/import-subscribers';

const megabyte = 1024 * 1024;
const shownRejects = 1_000;
/** A client that waits longer may lose the connection: the rest is told by GET. */
const patienceMs = 25_000;

/** `rows` is the sum of the other counts. Of the rejects the first 1,000 are shown; `…/rejects.csv` gives them all. */
const ImportShape = z.strictObject({
  id: z.string(),
  state: z.enum(['running', 'finished', 'failed']),
  newsletter: z.string(),
  consentSource: z.string(),
  dryRun: z.boolean(),
  counts: z.strictObject({
    rows: z.int(),
    added: z.int(),
    unchanged: z.int(),
    invalid: z.int(),
    duplicate: z.int(),
    suppressed: z.int(),
    unsubscribed: z.int(),
  }),
  ignoredColumns: z.array(z.string()),
  rejects: z.array(z.strictObject({ row: z.int(), column: z.string(), kind: z.string(), reason: z.string() })),
  startedAt: Timestamp,
  finishedAt: Timestamp.nullable(),
});

export const importsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/v1/imports',
    summary: 'Move a list in: CSV with the column email, and language, timezone, cadence, consented_at if you have them',
    scope: 'subscribers:write',
    query: z.strictObject({ newsletter: z.string().min(1).max(100), consentSource: ConsentSource, dryRun: z.stringbool().default(false) }),
    upload: { types: ['text/csv', 'application/csv'], maxBytes: 100 * megabyte },
    answers: { 202: ImportShape },
    async run(ctx, { query: { newsletter: slug, consentSource, dryRun }, upload, actor }) {
      const newsletter = await newsletterNamed(ctx, slug);
      const spool = await spoolUpload(ctx.config.dataDir, upload);
      let done: Promise<void> = Promise.resolve();
      try {
        const started = await importSubscribers(ctx, { newsletter, consentSource, isDryRun: dryRun }, spool);
        done = started.done;
        await recordAudit(ctx.db, actor, 'subscriber.import', `import:${started.id}`, { newsletter: slug, dryRun });
        await Promise.race([done, wait(patienceMs, undefined, { ref: false })]);
        return reply(202, await importShape(ctx, started.id), { location: `/v1/imports/${started.id}` });
      } finally {
        void done.then(spool.close);
      }
    },
  }),
  endpoint({
    method: 'get',
    path: '/v1/imports/:id',
    summary: 'How far an import is, and which rows were not taken and why',
    scope: 'subscribers:read',
    params: z.strictObject({ id: RowId }),
    answers: { 200: ImportShape },
    run: async (ctx, { params }) => reply(200, await importShape(ctx, params.id)),
  }),
  endpoint({
    method: 'get',
    path: '/v1/imports/:id/rejects.csv',
    summary: 'All rows that an import did not take',
    scope: 'subscribers:read',
    params: z.strictObject({ id: RowId }),
    answers: { 200: ['text/csv'] },
    async run(ctx, { params: { id } }) {
      await findImport(ctx, id);
      const headers = { 'Content-Disposition': `attachment; filename="import-${id}-rejects.csv"` };
      return replyMedia(200, 'text/csv; charset=utf-8; header=present', rejectsAsCsv(ctx, id), { headers });
    },
  }),
];

async function importShape(ctx: Context, id: string): Promise<z.infer<typeof ImportShape>> {
  const { isDryRun, startedAt, finishedAt, ...found } = await findImport(ctx, id);
  const rejects = await listRejects(ctx, id, { limit: shownRejects });
  return { ...found, dryRun: isDryRun, rejects, startedAt: timestamp(startedAt), finishedAt: finishedAt && timestamp(finishedAt) };
}
