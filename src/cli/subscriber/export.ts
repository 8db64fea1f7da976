import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { operator } from '#src/accounts/actor';
import { recordAudit } from '#src/accounts/record-audit';
import { command, UsageError } from '#src/cli/command';
import { Refusal } from '#src/errors';
import { exportSubscribers } from '#src/subscribers/export-subscribers';

const states = ['pending', 'active', 'left', 'suppressed'] as const;

export const exportList = command({
  summary: 'Print everybody as CSV, one line a subscription, safe to open in a spreadsheet',
  options: {
    newsletter: { type: 'string', describe: 'its slug: only who has to do with it' },
    state: { type: 'string', describe: 'pending, active, left or suppressed' },
    output: { type: 'string', describe: 'a file that does not exist yet, instead of stdout' },
  },
  async run(terminal, args, { newsletter, state: wanted, output }) {
    if (args.length > 0) throw new UsageError('The export takes no names: use --newsletter or --state.');
    const state = states.find((known) => known === wanted);
    if (wanted !== undefined && !state) throw new UsageError(`No such state: ${wanted}.`);
    if (terminal.isDryRun) {
      terminal.say(`Would print ${wanted ?? 'all'} subscribers.`);
      return 0;
    }
    const ctx = terminal.ctx();
    await recordAudit(ctx.db, operator, 'subscriber.export', 'subscribers', { newsletter, state });
    const pieces = exportSubscribers(ctx, { newsletter, state });
    if (output === undefined) for await (const piece of pieces) terminal.print(piece.slice(0, -1));
    else await write(pieces, output);
    return 0;
  },
});

/** For its owner's eyes only; a file that is there is not written over. */
async function write(pieces: AsyncIterable<string>, path: string): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!/^E(EXIST|NOENT|ACCES|ISDIR|ROFS|NOSPC|PERM)$/.test(code)) throw error;
    throw new Refusal(code === 'EEXIST' ? 'conflict' : 'invalid', `The file cannot be written (${code}).`);
  }
}
