import { operator } from '#src/accounts/actor';
import { recordAudit } from '#src/accounts/record-audit';
import { command, UsageError } from '#src/cli/command';
import { Refusal } from '#src/errors';
import { erase } from '#src/subscribers/erase';
import { findSubscriber } from '#src/subscribers/find-subscriber';
import { SubscriberEmail } from '#src/subscribers/subscriber';

export const eraseSubscriber = command({
  summary: 'Erase a person for good; needs --yes. A keyed hash stays, so that no import brings them back',
  takes: 'EMAIL|ID',
  async run(terminal, [who, ...others]) {
    if (who === undefined || others.length > 0) throw new UsageError('Say one address or id.');
    const ctx = terminal.ctx();
    const { id, subscriptions } = await findSubscriber(ctx.db, readWho(who));
    const wouldDo = `Would erase subscriber ${id} with ${subscriptions.length} subscriptions. It cannot be undone.`;
    if (terminal.isDryRun) {
      terminal.say(wouldDo);
      return 0;
    }
    if (!(await terminal.confirm(`${wouldDo}\nGo on?`))) return 2;
    if ((await erase(ctx, id)) === 'unknown') throw new Refusal('not-found', 'There is no such subscriber.');
    await recordAudit(ctx.db, operator, 'subscriber.erase', `subscriber:${id}`);
    if (terminal.isJson) terminal.printJson({ id, state: 'erased' });
    else terminal.print(`${id}\terased`);
    return 0;
  },
});

function readWho(who: string): { id: string } | { address: string } {
  if (/^[1-9]\d{0,17}$/.test(who)) return { id: who };
  const address = SubscriberEmail.safeParse(who);
  if (!address.success) throw new UsageError(`"${who}" is no address and no id.`);
  return { address: address.data };
}
