import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { operator } from '#src/accounts/actor';
import { recordAudit } from '#src/accounts/record-audit';
import { command, type Terminal, UsageError } from '#src/cli/command';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import { findNewsletter } from '#src/newsletters/find-newsletter';
import { ConsentSource } from '#src/subscribers/consent-words';
import { findImport, type Import, listRejects } from '#src/subscribers/find-import';
import { type ImportOrder, importSubscribers } from '#src/subscribers/import-subscribers';
import type { ImportSource } from '#src/subscribers/import-rows';

const shownRejects = 20;

export const importList = command({
  summary: 'Move a list in: CSV with the column email, and language, timezone, cadence, consented_at if you have them',
  takes: 'FILE.csv',
  options: {
    newsletter: { type: 'string', describe: 'its slug: what these people get' },
    'consent-source': { type: 'string', describe: 'where they gave their consent; kept with each of them' },
  },
  async run(terminal, [path, ...others], { newsletter: slug, 'consent-source': wanted }) {
    if (path === undefined || others.length > 0) throw new UsageError('Say one file.');
    if (slug === undefined) throw new UsageError('Say --newsletter SLUG.');
    const consentSource = ConsentSource.safeParse(wanted);
    if (!consentSource.success) throw new UsageError('Say --consent-source TEXT: where these people gave their consent, in one line.');
    const source = await openFile(path);
    const ctx = terminal.ctx();
    const order = { newsletter: await findNewsletter(ctx, slug), consentSource: consentSource.data };
    const rehearsal = await carryOut(ctx, { ...order, isDryRun: true }, source);
    if (terminal.isDryRun) return tell(terminal, ctx, rehearsal);
    if (!(await terminal.confirm(`${wouldDo(rehearsal)}\nGo on?`))) return 2;
    const done = await carryOut(ctx, { ...order, isDryRun: false }, source);
    await recordAudit(ctx.db, operator, 'subscriber.import', `import:${done.id}`, { newsletter: slug });
    return tell(terminal, ctx, done);
  },
});

async function openFile(path: string): Promise<ImportSource> {
  try {
    const stats = await stat(path); // a pipe cannot be read twice
    if (!stats.isFile()) throw new Refusal('invalid', 'This is no file.');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('invalid', `The file cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  }
  return { read: () => createReadStream(path) };
}

async function carryOut(ctx: Context, order: ImportOrder, source: ImportSource): Promise<Import> {
  const { id, done } = await importSubscribers(ctx, order, source);
  await done;
  return findImport(ctx, id);
}

function wouldDo({ newsletter, counts }: Import): string {
  return `Would add ${counts.added} of ${counts.rows} people to ${newsletter}, with their consent on record. ${besides(counts)}`;
}

function besides({ unchanged, invalid, duplicate, suppressed, unsubscribed }: Import['counts']): string {
  return `Subscribed already: ${unchanged}. Not taken: ${invalid} invalid, ${duplicate} twice in the file, ${suppressed} suppressed or erased, ${unsubscribed} who unsubscribed.`;
}

/** 1 when it broke off, or when rows were refused and nobody was taken. */
async function tell(terminal: Terminal, ctx: Context, done: Import): Promise<0 | 1> {
  const { id, state, counts, ignoredColumns } = done;
  const rejects = await listRejects(ctx, id, { limit: shownRejects });
  if (terminal.isJson) terminal.printJson({ ...done, rejects });
  else
    terminal.print(
      Object.entries(counts)
        .map(([name, count]) => `${name}=${count}`)
        .join('\t'),
    );
  if (ignoredColumns.length > 0) terminal.say(`Columns that were ignored: ${ignoredColumns.join(', ')}.`);
  for (const { row, column, reason } of rejects) terminal.say(`row ${row}, ${column}: ${reason}`);
  const refused = counts.rows - counts.added - counts.unchanged;
  if (refused > rejects.length) terminal.say(`… and ${refused - rejects.length} more: GET /v1/imports/${id}/rejects.csv`);
  if (state !== 'finished') terminal.say('It broke off. What was taken is in; the same file may be imported again.');
  return state === 'finished' && (refused === 0 || refused < counts.rows) ? 0 : 1;
}
