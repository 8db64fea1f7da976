import type { Logger } from 'pino';
import type { Config } from '#src/config';
import type { Db } from '#src/db/client';
import { type HandOverResult, handOver } from '#src/mail/hand-over';
import type { RelayConnection } from '#src/mail/open-connection';
import { verdict } from '#src/mail/verdict';
import { comeBackMs } from '#src/outbox/come-back-ms';
import { composeDelivery, type Sign } from '#src/outbox/compose-delivery';
import type { Connections } from '#src/outbox/connections';
import { laneNumbers, type Lease, type Outcome, type Reader } from '#src/outbox/delivery';
import { failPoint } from '#src/outbox/fail-point';
import type { HeldLease } from '#src/outbox/held-lease';
import { type Journal, openJournal, rememberReply } from '#src/outbox/journal';
import { readersOf } from '#src/outbox/lease-slice';
import type { Lanes } from '#src/outbox/lanes';
import type { Leavers } from '#src/outbox/leavers';
import { domainOf, openLine } from '#src/outbox/line';
import { openOutcomeBuffer } from '#src/outbox/outcome-buffer';
import type { PreparedContent } from '#src/outbox/prepared-content';
import { retryAfterMs } from '#src/outbox/retry-after';
import type { Traffic } from '#src/outbox/traffic';
import { type LeaverWatch, watchLeavers } from '#src/outbox/watch-leavers';

/** What a sender lends to the slices that it sends. */
export interface SenderParts {
  config: Config;
  log: Logger;
  db: Db;
  /** Null leaves signing to the relay. */
  sign: Sign | null;
  connections: Connections;
  traffic: Traffic;
  /** Monotonic milliseconds when some relay may be tried again; 0 when one may be now. */
  relayReadyAt(): number;
  leavers: Leavers;
  contentOf(lease: Lease): Promise<PreparedContent>;
  laneOf: Lanes;
  now(): Date;
  /** Aborted when in-flight messages may not be waited for any longer. */
  hurry: AbortSignal;
}

/** How a slice was left: its outcomes are recorded, or somebody else recovered it and ours are only evidence. */
export type SliceEnd = 'recorded' | 'recovered-by-another';

/**
 * Sends one leased slice: each reader's message is composed, handed over, and its outcome journalled before it is recorded. Readers that we
 * could not begin with stay open, and the slice is given back.
 */
export async function sendSlice(parts: SenderParts, held: HeldLease): Promise<SliceEnd> {
  const { lease } = held;
  const watch = watchLeavers(parts, lease); // before they are read: who leaves in between is heard
  const [readers] = await Promise.all([readersOf(parts.db, lease), parts.contentOf(lease).catch(() => null)]); // who needs it hears why it is not there
  const journal = openJournal(parts.config.dataDir, lease, `slice/${lease.digestId}/${lease.n}/${lease.pass}`);
  const buffer = openOutcomeBuffer(parts.db, lease, () => held.isLost() || parts.hurry.aborted);
  const inFlight = new Set<Promise<void>>();
  let isTroubled = false; // the relay, not a reader: come back later, or by another relay
  const mayGoOn = (): boolean => held.mayBegin() && !isTroubled;

  const toSend = readers.filter((reader) => {
    const settled = withoutSending(parts, lease, reader);
    if (settled) buffer.add(settled);
    return !settled;
  });
  const line = openLine(parts.traffic, toSend);
  let isMoving = true; // false: whoever is left has to wait
  while (mayGoOn() && (isMoving = await line.ready(mayGoOn))) {
    const connection = await takeConnection(parts, held);
    if (!connection) break;
    const reader = mayGoOn() ? line.next() : null;
    if (!reader) {
      parts.connections.give(connection);
      continue;
    }
    const delivered: Promise<void> = deliver(parts, { held, journal, watch }, reader, connection).then((result) => {
      if (result === 'trouble') isTroubled = true;
      else if (result) buffer.add(result);
      line.end(reader);
      inFlight.delete(delivered);
    });
    inFlight.add(delivered);
  }
  const left = line.leave();
  const mustWait = !isMoving && held.mayBegin();
  held.linger();
  await Promise.all(inFlight);

  failPoint('close');
  const pauseMs = await comeBackMs(parts, lease, isTroubled, mustWait ? left : null);
  const isRecorded = await buffer.giveBack(pauseMs).catch((error: unknown) => {
    journal.close(); // whoever recovers the lease reads it
    throw error;
  });
  if (isRecorded) journal.discard();
  else journal.close();
  return isRecorded ? 'recorded' : 'recovered-by-another';
}

/** Outcomes that need no relay: who is to be left out, and what has come too late. */
function withoutSending(parts: SenderParts, lease: Lease, reader: Reader): Outcome | null {
  if (reader.skip) return outcome(parts, reader, 'skipped', reader.skip);
  return lease.isLate ? outcome(parts, reader, 'rejected', 'expired') : null;
}

async function takeConnection({ connections, log, leavers }: SenderParts, held: HeldLease): Promise<RelayConnection | null> {
  try {
    const connection = await connections.take(held.lease.lane === laneNumbers.breaking ? 'urgent' : 'usual');
    if (held.mayBegin() && (await leavers.isFresh(2_000))) return connection;
    connections.give(connection);
  } catch (error) {
    log.warn({ relay: connections.relay.name, error: String(error) }, 'the relay cannot be reached');
  }
  return null;
}

/** What the deliveries of one slice share. */
interface SliceParts {
  held: HeldLease;
  journal: Journal;
  watch: LeaverWatch;
}

/** Never rejects. Null: the dot did not leave and the reader stays open; `trouble`: so it is, and the next readers would fare no better. */
async function deliver(
  parts: SenderParts,
  { held, journal, watch }: SliceParts,
  reader: Reader,
  connection: RelayConnection,
): Promise<Outcome | 'trouble' | null> {
  let mayHaveLeft = false;
  let isGone: boolean | null = false;
  try {
    const message = await compose(parts, held.lease, reader, connection);
    if (!message) return outcome(parts, reader, 'rejected', 'render');
    await connection.ready;
    isGone = await watch.hasLeft(reader); // asked last: only a relay that is slow to answer MAIL lies between this and RCPT, and the dot asks again
    if (isGone !== false) return isGone && outcome(parts, reader, 'skipped', 'unsubscribed');
    const result = await handOver(
      connection,
      { from: parts.config.mail.from, to: reader.address },
      message,
      {
        beforeDot() {
          failPoint('mark');
          isGone = watch.isHeardToHaveLeft(reader);
          mayHaveLeft = !isGone && held.lasts() && journal.mayWriteDot(reader.subscriberId);
          if (mayHaveLeft) failPoint('dot');
          return mayHaveLeft;
        },
      },
      parts.hurry,
    );
    if (isGone) return outcome(parts, reader, 'skipped', 'unsubscribed');
    return conclude(parts, journal, reader, result);
  } catch (error) {
    parts.log.error({ digestId: held.lease.digestId, error: String(error) }, 'a slice cannot go on');
    return mayHaveLeft ? outcome(parts, reader, 'unknown', 'relay') : 'trouble';
  } finally {
    parts.connections.give(connection);
  }
}

/** A reader whose data breaks the composition fails alone, with its reason. */
async function compose(parts: SenderParts, lease: Lease, reader: Reader, connection: RelayConnection): Promise<Buffer[] | null> {
  const content = await parts.contentOf(lease);
  try {
    const lane = parts.laneOf(connection, content.skeleton);
    return await composeDelivery(parts.config, parts.sign, content, lease, reader, parts.now(), lane);
  } catch (error) {
    parts.log.error({ digestId: lease.digestId, subscriberId: reader.subscriberId, error: String(error) }, 'a message cannot be composed');
    return null;
  }
}

function conclude(parts: SenderParts, journal: Journal, reader: Reader, result: HandOverResult): Outcome | 'trouble' | null {
  const { state, reason, speaksOf, domainThrottle } = verdict(result);
  if (domainThrottle) parts.traffic.slowDown(domainOf(reader));
  if (state === 'waiting') {
    if (speaksOf === 'relay' && result.error !== 'void' && result.error !== 'aborted') {
      const { step, error, reply } = result;
      parts.log.warn({ relay: parts.connections.relay.name, step, error, reply }, 'the relay takes no message');
      parts.connections.trip();
    }
    return speaksOf === 'relay' || result.error === 'void' ? 'trouble' : null; // void: the lease or the journal says so, and would again
  }
  if (state === 'unknown' && speaksOf === 'relay') parts.connections.trip(); // it may do so to the next ones too
  failPoint('reply');
  const concluded = outcome(parts, reader, state, reason);
  if (state === 'deferred') concluded.retryAfterMs = retryAfterMs(reader.deferrals + 1);
  if (state !== 'accepted') concluded.reply = result.reply;
  if (state !== 'unknown') rememberReply(parts.log, journal, reader.subscriberId, concluded);
  return concluded;
}

function outcome(parts: SenderParts, reader: Reader, state: Outcome['state'], reason: Outcome['reason']): Outcome {
  return { subscriberId: reader.subscriberId, state, reason, at: parts.now(), retryAfterMs: null, reply: null };
}
