import { operator } from '#src/accounts/actor';
import { recordAudit } from '#src/accounts/record-audit';
import { command, type Noun } from '#src/cli/command';
import { raiseEpoch } from '#src/outbox/raise-epoch';

const raise = command({
  summary: 'Let a database that was restored from a snapshot send again, once you have looked at what was sent since',
  async run(terminal) {
    if (terminal.isDryRun) {
      terminal.say('Would raise the epoch.');
      return 0;
    }
    if (!(await terminal.confirm('Whatever the snapshot believes is waiting will be sent. Raise the epoch?'))) return 1;
    const ctx = terminal.ctx();
    const epoch = await raiseEpoch(ctx);
    await recordAudit(ctx.db, operator, 'epoch.raise', `epoch:${epoch}`);
    if (terminal.isJson) terminal.printJson({ epoch });
    else terminal.print(String(epoch));
    return 0;
  },
});

export const epochNoun: Noun = { summary: 'the guard against a restored snapshot', verbs: { raise } };
