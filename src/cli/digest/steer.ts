import { operator } from '#src/accounts/actor';
import { recordAudit } from '#src/accounts/record-audit';
import { command } from '#src/cli/command';
import { oneId } from '#src/cli/digest/one-id';
import type { Context } from '#src/context';
import { cancelDigest } from '#src/digests/cancel-digest';
import type { Digest } from '#src/digests/digest';
import { pauseDigest } from '#src/digests/pause-digest';
import { progressOf } from '#src/digests/progress';
import { resumeDigest } from '#src/digests/resume-digest';

export const pause = steering('pause', 'Stop sending within two seconds', pauseDigest);
export const resume = steering('resume', 'Go on sending to those who have not had it', resumeDigest);
export const cancel = steering('cancel', 'Stop for good: whoever is waiting does not get it', cancelDigest);

function steering(verb: string, summary: string, act: (ctx: Context, digestId: string) => Promise<Digest>) {
  return command({
    summary,
    takes: 'ID',
    async run(terminal, args) {
      const id = oneId(args);
      if (terminal.isDryRun) {
        terminal.say(`Would ${verb} ${id}.`);
        return 0;
      }
      if (verb === 'cancel' && !(await terminal.confirm('Stop it for good?'))) return 1;
      const ctx = terminal.ctx();
      const { state } = await act(ctx, id);
      await recordAudit(ctx.db, operator, `digest.${verb}`, `digest:${id}`);
      if (terminal.isJson) terminal.printJson({ id, state });
      else terminal.print(state);
      return 0;
    },
  });
}

export const progress = command({
  summary: 'Count its readers by what became of them',
  takes: 'ID',
  async run(terminal, args) {
    const counted = await progressOf(terminal.ctx(), oneId(args));
    if (terminal.isJson) terminal.printJson(counted);
    else for (const [name, value] of Object.entries(counted)) terminal.print(`${name.padEnd(16)}${said(value)}`);
    return 0;
  },
});

function said(value: string | number | Date | null): string {
  if (value === null) return '-';
  return value instanceof Date ? value.toISOString() : String(value);
}
