import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { complainerBy, type Complainer, insertComplaint, isMailed } from '#src/feedback/queries';
import { type FeedbackReport, readReport } from '#src/feedback/read-report';
import { readLink } from '#src/links';
import { readMessageId } from '#src/mail/message-id';
import { countRefusals } from '#src/outbox/refusals';
import { SubscriberEmail } from '#src/subscribers/subscriber';
import { suppressIn } from '#src/subscribers/suppress';

/** `again`: this report, or another about the same delivery, was taken before. `ignored`: it is no complaint, but something else about a message. */
export type Taken = 'suppressed' | 'again' | 'ignored' | 'nobody-of-ours';

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
  const complainer = await whoComplained(ctx, report);
  if (!complainer) return 'nobody-of-ours';
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

/** By what only we could have written, first; an address is believed when it is a subscriber's. */
async function whoComplained(
  { db, config, now }: Context,
  { messageId, unsubscribe, recipient }: FeedbackReport,
): Promise<Complainer | null> {
  const sent = messageId && readMessageId(messageId, Buffer.from(config.keys.hash));
  if (sent && sent.digestId > 0n) return complainerBy(db, { digestId: String(sent.digestId), subscriberId: String(sent.subscriberId) });
  if (sent) return complainerBy(db, { messageId: String(sent.subscriberId) });
  const link = unsubscribe ? readLink(config.keys, 'unsubscribe', unsubscribe, now()) : null;
  if (link?.ok) return complainerBy(db, { digestId: link.second, subscriptionId: link.subject });
  const address = SubscriberEmail.safeParse(recipient);
  return address.success ? complainerBy(db, { address: address.data }) : null;
}
