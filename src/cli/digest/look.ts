import { operator } from '#src/accounts/actor';
import { recordAudit } from '#src/accounts/record-audit';
import { openLinkLookUp } from '#src/articles/look-up-link';
import { command, UsageError } from '#src/cli/command';
import { checkLine } from '#src/cli/digest/check-line';
import { checkSamples } from '#src/cli/digest/check-samples';
import { oneId } from '#src/cli/digest/one-id';
import { checkDigest } from '#src/digests/check-digest';
import { previewDigest } from '#src/digests/preview-digest';
import { testDigest } from '#src/digests/test-digest';
import { spellOut } from '#src/rules/spell-out';

export const check = command({
  summary: 'Hold a digest against every rule; exit code 3 when one blocks it',
  takes: 'ID',
  options: {
    links: { type: 'boolean', describe: 'ask every link and image whether it answers' },
    samples: { type: 'boolean', describe: 'the sample digests and letters in every language, instead of a digest' },
  },
  async run(terminal, args, { samples = false, links = false }) {
    if (samples && args.length > 0) throw new UsageError('Say an ID or --samples, not both.');
    if (samples) return checkSamples(terminal);
    const { canSend, items } = await checkDigest(terminal.ctx(), oneId(args), links ? openLinkLookUp() : undefined);
    if (terminal.isJson) terminal.printJson({ canSend, items: items.map((item) => spellOut(item, 'en')) });
    else for (const item of items.filter(({ ok }) => !ok)) terminal.print(checkLine(item));
    terminal.say(canSend ? 'It can be sent.' : 'It cannot be sent like this.');
    return canSend ? 0 : 3;
  },
});

export const preview = command({
  summary: 'Print what a reader gets',
  takes: 'ID',
  options: {
    as: { type: 'string', describe: 'html (the default), text or eml' },
    subscriber: { type: 'string', describe: 'the id of the subscriber who looks at it' },
  },
  async run(terminal, args, { as = 'html', subscriber }) {
    if (as !== 'html' && as !== 'text' && as !== 'eml') throw new UsageError(`No such form: ${as}.`);
    const shown = await previewDigest(terminal.ctx(), oneId(args), { subscriberId: subscriber });
    terminal.print(as === 'eml' ? shown.eml.toString() : shown[as]);
    return 0;
  },
});

export const test = command({
  summary: 'Mail a digest to a few people, marked as a test',
  takes: 'ID',
  options: {
    to: { type: 'string', multiple: true, describe: 'an address, repeatable' },
    subscriber: { type: 'string', describe: 'the id of the subscriber in whose language it is framed' },
  },
  async run(terminal, args, { to = [], subscriber }) {
    if (to.length === 0) throw new UsageError('Say at least one --to.');
    const id = oneId(args);
    if (terminal.isDryRun) {
      terminal.say(`Would mail a test to ${to.length} addresses.`);
      return 0;
    }
    const ctx = terminal.ctx();
    const messages = await testDigest(ctx, id, { to, subscriberId: subscriber });
    await recordAudit(ctx.db, operator, 'digest.test', `digest:${id}`, { messages });
    if (terminal.isJson) terminal.printJson({ messages });
    terminal.say(`${messages} on their way.`);
    return 0;
  },
});
