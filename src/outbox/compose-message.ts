import type { Context } from '#src/context';
import { type Purpose, writeLink } from '#src/links';
import type { Signer } from '#src/mail/dkim';
import { fillSkeleton } from '#src/mail/fill-skeleton';
import { prepareHeaders } from '#src/mail/headers';
import { joinedSlots } from '#src/mail/joined-slots';
import { feedbackId } from '#src/mail/feedback-id';
import { messageIdFor } from '#src/mail/message-id';
import { slotWidths, type SlotValues } from '#src/mail/slots';
import type { LeasedMessage } from '#src/outbox/message';
import type { PreparedMessage } from '#src/outbox/prepare-message';

export interface ComposedMessage {
  from: string;
  messageId: string;
  bytes: Buffer[];
}

/** One one-off message, complete. A test's links are inert: they lead to a page that says so. */
export async function composeMessage(
  ctx: Context,
  signer: Signer | null,
  prepared: PreparedMessage,
  message: LeasedMessage,
): Promise<ComposedMessage> {
  const { config } = ctx;
  const slots = message.kind === 'test' ? inertSlots(message) : await slotsOf(ctx, message);
  const from = prepared.list ? config.mail.from : config.mail.confirmationFrom;
  const messageId = messageIdOf(ctx, message);
  const headers = prepareHeaders({
    from: { name: prepared.fromName, address: from },
    subject: prepared.subject,
    contentType: prepared.skeleton.contentType,
    contentLanguage: prepared.skeleton.contentLanguage,
    ...(prepared.list
      ? { list: { name: prepared.list.name, id: `${prepared.list.slug}.${config.mail.domain}` } }
      : { autoSubmitted: 'auto-generated' as const }),
  })({
    to: message.address ?? '',
    messageId,
    date: ctx.now(),
    ...(prepared.list
      ? {
          unsubscribe: { url: `${config.publicUrl}/u/${slots.unsubscribe}`, mailto: `mailto:${config.mail.from}?subject=unsubscribe` },
          feedbackId: feedbackId([message.digestId ?? '0', prepared.list.slug, message.kind, config.mail.domain]),
        }
      : {}),
  });
  const body = fillSkeleton(prepared.skeleton, slots);
  return { from, messageId, bytes: [Buffer.from(`${signer?.sign(headers, body, ctx.now()) ?? ''}${headers}\r\n`), body] };
}

/** The very Message-ID of the delivery when a person sends it again, so that a receiver may drop a repeat; else the message's own. */
function messageIdOf({ config }: Context, { kind, id, digestId, subscriberId }: LeasedMessage): string {
  const isAgain = kind === 'resend' && digestId !== null && subscriberId !== null;
  const [first, second] = isAgain ? [digestId, subscriberId] : ['0', id];
  return messageIdFor(BigInt(first), BigInt(second), Buffer.from(config.keys.hash), config.mail.domain);
}

/** Tokens count from the row, not from the sending: a message that waited an hour has an hour less. */
async function slotsOf(ctx: Context, message: LeasedMessage): Promise<SlotValues> {
  const { subscriptionId, createdAt, digestId, joinedAt } = message;
  const link = (purpose: Purpose, subject: string, second = '0') => writeLink(ctx.config.keys, purpose, subject, createdAt, second);
  const joined = joinedSlots(joinedAt ?? createdAt);
  if (message.kind === 'sign-in') return { signIn: link('signIn', await openSignIn(ctx, message)), ...joined };
  const subject = subscriptionId ?? '0';
  return {
    unsubscribe: link('unsubscribe', subject, digestId ?? '0'),
    preferences: link('preferences', subject, digestId ?? '0'),
    confirm: link('confirm', subject),
    notMe: link('notMe', subject),
    welcome: link('welcome', subject),
    data: link('data', subject),
    change: link('change', subject, message.signupRequestId ?? '0'),
    ...joined,
  };
}

async function openSignIn({ db }: Context, { editorId }: LeasedMessage): Promise<string> {
  const signIn = await db
    .selectFrom('sign_in')
    .select('id')
    .where('editor_id', '=', editorId)
    .where('used_at', 'is', null)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return signIn.id;
}

function inertSlots({ joinedAt, createdAt }: LeasedMessage): SlotValues {
  const inert = 'test'.padEnd(slotWidths.unsubscribe, '-');
  return { unsubscribe: inert, preferences: inert, ...joinedSlots(joinedAt ?? createdAt) };
}
