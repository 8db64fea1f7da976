import { operator } from '#src/accounts/actor';
import { recordAudit } from '#src/accounts/record-audit';
import { command, UsageError } from '#src/cli/command';
import { oneId } from '#src/cli/digest/one-id';
import { audienceOf } from '#src/digests/audience-of';
import { findDigest } from '#src/digests/find-digest';
import { scheduleDigest } from '#src/digests/schedule-digest';
import { sendDigest } from '#src/digests/send-digest';
import { countAudience } from '#src/outbox/count-audience';

export const schedule = command({
  summary: 'Send a digest at a wall clock time',
  takes: 'ID',
  options: {
    at: { type: 'string', describe: '2026-11-22T06:30' },
    zone: { type: 'string', describe: "such as Asia/Jerusalem; the newsletter's when absent" },
  },
  async run(terminal, args, { at, zone }) {
    if (at === undefined) throw new UsageError('Say when: --at 2026-11-22T06:30.');
    const id = oneId(args);
    if (terminal.isDryRun) {
      terminal.say(`Would send ${id} at ${at}.`);
      return 0;
    }
    const ctx = terminal.ctx();
    const digest = await scheduleDigest(ctx, id, { at, zone });
    await recordAudit(ctx.db, operator, 'digest.schedule', `digest:${id}`, { at, zone });
    const sendAt = digest.sendAt?.toISOString() ?? '';
    if (terminal.isJson) terminal.printJson({ id, state: digest.state, sendAt, zone: digest.sendZone });
    else terminal.print(sendAt);
    return 0;
  },
});

export const send = command({
  summary: 'Send a digest now; needs --yes and the number of readers that you expect',
  takes: 'ID',
  options: {
    'expect-recipients': { type: 'string', describe: 'refused when another number is counted' },
    canary: { type: 'boolean', describe: 'one slice of readers goes ahead; the others follow when it has arrived' },
    'hold-seconds': { type: 'string', describe: 'how long it can be undone; 60 when absent' },
  },
  async run(terminal, args, options) {
    const id = oneId(args);
    const expectedRecipients = wholeNumber('--expect-recipients', options['expect-recipients']);
    const holdSeconds = wholeNumber('--hold-seconds', options['hold-seconds'] ?? '60');
    const ctx = terminal.ctx();
    const counted = await countAudience(ctx.db, audienceOf(await findDigest(ctx.db, id), ctx.now()));
    if (terminal.isDryRun) {
      terminal.say(`Would send ${id} to ${counted} readers.`);
      return 0;
    }
    if (!(await terminal.confirm(`Send to ${counted} readers?`))) return 1;
    const { again, digest } = await sendDigest(ctx, id, { expectedRecipients, holdSeconds, canary: options.canary });
    if (!again) await recordAudit(ctx.db, operator, 'digest.send', `digest:${id}`, { recipients: counted });
    if (terminal.isJson) terminal.printJson({ id, state: digest.state, recipients: digest.expectedRecipients });
    else terminal.print(digest.state);
    terminal.say(again ? 'It was on its way already.' : `It leaves in ${holdSeconds} seconds.`);
    return 0;
  },
});

function wholeNumber(option: string, text: string | undefined): number {
  if (text === undefined) throw new UsageError(`Say ${option}.`);
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${option} is a whole number, not ${text}.`);
  return Number(text);
}
