import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { complainerBy, type Complainer, insertComplaint, isMailed, type Trace } from '#src/feedback/queries';
import { type FeedbackReport, readReport } from '#src/feedback/read-report';
import { readLink } from '#src/links';
import { readMessageId } from '#src/mail/message-id';
import { countRefusals } from '#src/outbox/refusals';
import { SubscriberEmail } from '#src/subscribers/subscriber';
import { suppressIn } from '#src/subscribers/suppress';

/**
 * `again`: this report, or another about the same delivery, was taken before. `ignored`: it is no complaint, but something else about a message.
 * `unproven`: it names an address and nothing that we wrote, and its feed is not trusted.
 */
export type Taken = 'suppressed' | 'again' | 'ignored' | 'unproven' | 'nobody-of-ours';

/** RFC 5965 §7.3. Failed authentication, and that a message is no junk after all, are told in reports too. */
const complaints = ['abuse', 'opt-out'] as const;

/**
 * Takes one feedback report that `relay` passed on: whoever complained is never mailed again, and the digest's brake counts it. Reports may come
 * twice and in any order.
 * @throws Refusal invalid for whatever is no feedback report
 */
export async function takeComplaint(ctx: Context, raw: Buffer, relay: string): Promise<Taken> {
  const report = await readReport(raw);
  const kind = complaints.find((known) => known === report.type);
  if (!kind) return 'ignored';
  const complainer = await whoComplained(ctx, report, relay);
  if (complainer === 'unproven')
    ctx.log.info({ relay }, 'a feedback report names an address and nothing that we wrote: it suppresses nobody');
  if (typeof complainer === 'string') return complainer;
  const { address } = complainer;
  const taken = await ctx.db.transaction().execute(async (tx): Promise<Taken> => {
    const isNew = await insertComplaint(tx, { ...complainer, kind, relay });
    if (!isNew && !(await isAnother(tx, complainer))) return 'again';
    if (address !== null) await suppressIn(ctx, tx, { address, reason: 'complaint', detail: relay });
    return 'suppressed';
  });
  if (taken === 'suppressed' && kind === 'abuse') await warnOfMany(ctx, complainer.digestId);
  return taken;
}

/** No digest tells such complaints apart: of somebody who is mailed again, it is believed again. */
async function isAnother(tx: Tx, { digestId, subscriberId }: Complainer): Promise<boolean> {
  return digestId === '0' && isMailed(tx, subscriberId);
}

/** 0.1 % is where mailbox providers begin to look askance; at 0.3 % the brake stops a digest. */
async function warnOfMany({ db, log }: Context, digestId: string): Promise<void> {
  const [counted] = await countRefusals(db, digestId);
  if (!counted || counted.complaints <= 0.001 * Math.max(1_000, counted.accepted)) return;
  log.warn({ digestId, complaints: counted.complaints, accepted: counted.accepted }, 'many readers call a digest junk');
}

/**
 * By what only we could have written. Reports come from whoever writes to a mailbox: an address alone suppresses its reader only where the feed is
 * trusted, and never beside a mark of ours that is false.
 */
async function whoComplained(ctx: Context, report: FeedbackReport, relay: string): Promise<Complainer | 'unproven' | 'nobody-of-ours'> {
  const { db, config } = ctx;
  const traces = [sentTo(ctx, report), linkOf(ctx, report)];
  const proven = traces.find((trace) => trace !== null && trace !== 'false');
  if (proven) return (await complainerBy(db, proven)) ?? 'nobody-of-ours';
  const address = SubscriberEmail.safeParse(report.recipient);
  if (!address.success || traces.includes('false')) return 'nobody-of-ours';
  if (!config.trustedFeeds.includes(relay)) return 'unproven';
  return (await complainerBy(db, { address: address.data })) ?? 'nobody-of-ours';
}

/** `false`: it names our domain, and we did not write it. */
function sentTo({ config }: Context, { messageId }: FeedbackReport): Trace | 'false' | null {
  const sent = messageId && readMessageId(messageId, Buffer.from(config.keys.hash));
  if (!sent) return messageId?.toLowerCase().includes(`@${config.mail.domain.toLowerCase()}`) ? 'false' : null;
  const [digestId, subject] = [String(sent.digestId), String(sent.subscriberId)];
  return sent.digestId > 0n ? { digestId, subscriberId: subject } : { messageId: subject };
}

function linkOf({ config, now }: Context, { unsubscribe }: FeedbackReport): Trace | 'false' | null {
  if (!unsubscribe) return null;
  const link = readLink(config.keys, 'unsubscribe', unsubscribe, now());
  return link.ok ? { digestId: link.second, subscriptionId: link.subject } : 'false';
}
