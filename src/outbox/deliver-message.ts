import type { Context } from '#src/context';
import type { MessageKind } from '#src/db/tables';
import type { Signer } from '#src/mail/dkim';
import { handOver } from '#src/mail/hand-over';
import { verdict } from '#src/mail/verdict';
import { type ComposedMessage, composeMessage } from '#src/outbox/compose-message';
import type { Connections } from '#src/outbox/connections';
import type { Outcome } from '#src/outbox/delivery';
import { failPoint } from '#src/outbox/fail-point';
import { type Journal, openJournal, rememberReply } from '#src/outbox/journal';
import type { LeasedMessage } from '#src/outbox/message';
import { hasEnded, recordMessage } from '#src/outbox/message-queries';
import type { PreparedMessage } from '#src/outbox/prepare-message';
import { retryAfterMs } from '#src/outbox/retry-after';
import { untilDatabaseAnswers } from '#src/outbox/until-database-answers';

export interface MessageParts {
  ctx: Context;
  signer: Signer | null;
  connections: Connections;
  prepare(message: LeasedMessage): Promise<PreparedMessage>;
  /** Whether the lease still lasts, by the monotonic clock. */
  lasts(): boolean;
  hurry: AbortSignal;
}

type Ending = Omit<Outcome, 'subscriberId' | 'at'> & { relay: string | null; messageId: string | null; pauseMs: number };

/** Sends one leased one-off message: same journal, same witness, same verdict as a digest's. */
export async function deliverMessage(parts: MessageParts, message: LeasedMessage): Promise<void> {
  const { ctx, hurry } = parts;
  const journal = openJournal(ctx.config.dataDir, message, `message/${message.id}/${message.pass}`);
  const ending = withoutSending(message) ?? (await send(parts, message, journal).catch((error: unknown) => notBegun(ctx, message, error)));
  failPoint('close');
  const { relay, messageId, pauseMs, ...outcome } = ending;
  const record = () => recordMessage(ctx.db, message, outcome, { relay, messageId, pauseMs });
  if (await untilDatabaseAnswers(record, () => hurry.aborted)) journal.discard();
  else journal.close();
}

const nothingSent = { reason: null, retryAfterMs: null, reply: null, relay: null, messageId: null, pauseMs: 0 } as const;

/** A renderer that died, a database that is away: no dot has left, and the message itself may be sound. */
function notBegun({ log }: Context, { id, kind }: LeasedMessage, error: unknown): Ending {
  log.error({ messageId: id, kind, error: String(error) }, 'a message waits: it could not be prepared');
  return { ...nothingSent, state: 'waiting', pauseMs: 10_000 };
}

function withoutSending(message: LeasedMessage): Ending | null {
  if (message.address === null) return { ...nothingSent, state: 'skipped', reason: 'erased' };
  if (message.isSuppressed) return { ...nothingSent, state: 'skipped', reason: 'suppressed' };
  return message.isLate ? { ...nothingSent, state: 'rejected', reason: 'expired' } : null;
}

/** What is sent because of a subscription, and so not when it has ended while the message waited. */
const subscribersOnly: ReadonlySet<MessageKind> = new Set(['welcome', 'latest', 'resend']);

/** Rejects only before the hand-over begins. */
async function send(parts: MessageParts, message: LeasedMessage, journal: Journal): Promise<Ending> {
  const { ctx, connections } = parts;
  const composed = await compose(parts, message);
  if (!composed) return { ...nothingSent, state: 'rejected', reason: 'render' };
  const relay = connections.relay.name;
  const again: Ending = { ...nothingSent, state: 'waiting', relay, pauseMs: 1_000 };
  const connection = await connections.take().catch((error: unknown) => {
    ctx.log.warn({ relay, error: String(error) }, 'the relay cannot be reached');
    return null;
  });
  if (!connection) return { ...again, pauseMs: Math.max(1_000, connections.restingUntil() - performance.now()) };
  try {
    await connection.ready; // an answer to RSET may take its time: ask after it
    if (subscribersOnly.has(message.kind) && (await hasEnded(ctx.db, message.subscriptionId))) {
      return { ...nothingSent, state: 'skipped', reason: 'unsubscribed' };
    }
    const envelope = { from: composed.from, to: message.address ?? '' };
    const beforeDot = () => {
      failPoint('mark');
      return parts.lasts() && journal.mayWriteDot('message');
    };
    const result = await handOver(connection, envelope, composed.bytes, { beforeDot }, parts.hurry);
    const { state, reason, speaksOf } = verdict(result);
    if (state === 'waiting') {
      if (speaksOf === 'relay') connections.trip();
      return again;
    }
    failPoint('reply');
    const outcome = {
      state,
      reason,
      retryAfterMs: state === 'deferred' ? retryAfterMs(message.pass) : null,
      reply: state === 'accepted' ? null : result.reply,
    };
    if (state !== 'unknown') rememberReply(ctx.log, journal, 'message', { ...outcome, at: ctx.now() });
    return { ...nothingSent, ...outcome, relay, messageId: composed.messageId };
  } finally {
    connections.give(connection);
  }
}

/** Data that breaks the composition fails this message alone. A renderer that died or a database that is away is no fault of the message. */
async function compose(parts: MessageParts, message: LeasedMessage): Promise<ComposedMessage | null> {
  const prepared = await parts.prepare(message);
  try {
    return await composeMessage(parts.ctx, parts.signer, prepared, message);
  } catch (error) {
    parts.ctx.log.error({ messageId: message.id, kind: message.kind, error: String(error) }, 'a message cannot be composed');
    return null;
  }
}
