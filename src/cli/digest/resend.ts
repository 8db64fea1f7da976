import { operator } from '#src/accounts/actor';
import { recordAudit } from '#src/accounts/record-audit';
import { command, UsageError } from '#src/cli/command';
import { oneId } from '#src/cli/digest/one-id';
import type { Context } from '#src/context';
import { resendUnknown } from '#src/digests/resend-unknown';
import { listDeliveries } from '#src/outbox/list-deliveries';

export const resend = command({
  summary: 'Send unknown deliveries again, each once; a reader may get it twice',
  takes: 'ID',
  options: {
    subscriber: { type: 'string', multiple: true, describe: 'the id of a subscriber whose delivery is unknown, repeatable' },
    all: { type: 'boolean', describe: 'every unknown delivery of the digest' },
  },
  async run(terminal, args, { subscriber = [], all = false }) {
    const id = oneId(args);
    if (all === subscriber.length > 0) throw new UsageError('Say --subscriber ID, or --all.');
    const ctx = terminal.ctx();
    const wanted = all ? await unknownOf(ctx, id) : subscriber;
    if (terminal.isDryRun) {
      terminal.say(`Would send to ${wanted.length} readers again.`);
      return 0;
    }
    if (!(await terminal.confirm(`Send to ${wanted.length} readers again, of whom some may have it?`))) return 1;
    const items = await resendUnknown(ctx, id, wanted);
    const queued = items.flatMap(({ subscriberId, result }) => (result === 'queued' ? [subscriberId] : []));
    if (queued.length > 0) await recordAudit(ctx.db, operator, 'digest.resend', `digest:${id}`, { subscriberIds: queued });
    if (terminal.isJson) terminal.printJson({ items });
    else for (const { subscriberId, result } of items) terminal.print(`${subscriberId}  ${result}`);
    return 0;
  },
});

async function unknownOf(ctx: Context, id: string): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const page = await listDeliveries(ctx.db, id, { state: 'unknown', after: ids.at(-1), limit: 500 });
    ids.push(...page.map(({ subscriberId }) => subscriberId));
    if (page.length < 500) return ids;
  }
}
