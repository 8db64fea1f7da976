import type { Readable, Writable } from 'node:stream';
import type { SMTPConnectionSendInfo, SMTPEnvelope, SMTPError } from 'nodemailer/lib/smtp-connection';
import { afterDot, beforeDot, type HandOverError, noReply, resultOf, unsent, type HandOverResult } from '#src/mail/hand-over-result';
import type { RelayConnection } from '#src/mail/open-connection';
import { readReply } from '#src/mail/reply';

export type { HandOverResult };

export type Envelope = {
  from: string;
  to: string;
  /** Our own id of the delivery, given to relays that offer DSN (RFC 3461 §4.4). */
  dsnId?: string;
};

export type HandOverHooks = {
  /**
   * Runs synchronously when every byte but the final dot is in the kernel: journal the mark, then read the fence.
   * `false`, or an exception, means that the dot must not leave: the connection is destroyed.
   */
  beforeDot(): boolean;
};

/**
 * Hands one message to the relay and knows on which side of the final dot it ended. Settles exactly once, whatever the line does.
 *
 * nodemailer's error codes do not tell whether the dot had left, and it would take a 250 for a go-ahead to DATA. So it is
 * given a body that has only `pipe`: called by the reply to DATA, it writes the bytes itself, and lets nodemailer write the
 * terminator (RFC 5321 §4.1.1.4) only after `beforeDot`.
 *
 * @param message CRLF lines, none beginning with a dot, the last one complete: as `prepareHeaders` and `fillSkeleton` make them
 * @throws RangeError when the message does not end in CRLF; nothing was sent
 */
export async function handOver(
  connection: RelayConnection,
  envelope: Envelope,
  message: readonly Buffer[],
  hooks: HandOverHooks,
  signal?: AbortSignal,
): Promise<HandOverResult> {
  if (!isAscii(envelope) && !connection.offers.has('SMTPUTF8')) return unsent('no-smtputf8');
  await connection.ready;
  // A reply too many that came with the last one surfaces now and ends the session, instead of answering our MAIL
  await turnOfTheLoop();
  if (signal?.aborted) return unsent('aborted');
  return new Promise((resolve) => transact(connection, envelope, withoutLastLineEnd(message), hooks, signal, resolve));
}

function transact(
  connection: RelayConnection,
  envelope: Envelope,
  message: readonly Buffer[],
  hooks: HandOverHooks,
  signal: AbortSignal | undefined,
  resolve: (result: HandOverResult) => void,
) {
  const { smtp, socket, offers } = connection;
  let stage: 'envelope' | 'body' | 'dot' | 'settled' = 'envelope';
  const sent = smtpEnvelope(envelope, offers, message);
  const body = { pipe: writeBody };
  signal?.addEventListener('abort', abort);
  smtp.once('end', end);
  smtp.send(sent, body as unknown as Readable, answer);

  /** nodemailer calls it once DATA was answered by anything from 200 to 399. `data` writes to the socket and ends in the dot. */
  function writeBody(data: Writable) {
    if (stage !== 'envelope') return;
    const go = readReply(smtp.lastServerResponse);
    if (go.code !== 354) return settle(resultOf(go, 'before-dot', 'DATA', 'protocol'));
    stage = 'body';
    socket.cork();
    message.forEach((part, index) => socket.write(part, index === message.length - 1 ? bodyWritten : undefined));
    socket.uncork();

    function bodyWritten(error?: Error | null) {
      // One turn, in which a reply that came too early is read and settles the message while the dot is still here
      if (!error) setImmediate(writeDot);
    }

    function writeDot() {
      if (stage !== 'body' || smtp.destroyed) return;
      if (!isAllowed(hooks)) return settle(resultOf(noReply, 'before-dot', 'DATA', 'void'));
      stage = 'dot';
      data.end();
    }
  }

  function answer(error: SMTPError | null, info?: SMTPConnectionSendInfo) {
    if (stage === 'settled') return;
    settle(stage === 'dot' ? afterDot(error, info) : beforeDot(error ?? null, info, sent));
  }

  /** `close()` forgets the callback of `send`; where an error ends the session, that callback still comes, in this turn. */
  function end() {
    setImmediate(() => settle(silent('lost')));
  }

  function abort() {
    settle(silent('aborted'));
  }

  function silent(error: HandOverError): HandOverResult {
    return stage === 'dot' ? resultOf(noReply, 'after-dot', 'dot', error) : resultOf(noReply, 'before-dot', 'connection', error);
  }

  function settle(result: HandOverResult) {
    if (stage === 'settled') return;
    const midway = stage === 'body';
    stage = 'settled';
    smtp.off('end', end);
    signal?.removeEventListener('abort', abort);
    if (result.error === 'refused' && !midway) {
      if (result.side === 'before-dot') connection.ready = rollBack(connection, signal);
    } else if (result.error !== null) destroy(connection);
    resolve(result);
  }
}

/** After a refused RCPT the relay still holds our MAIL, and would refuse the next one. */
function rollBack(connection: RelayConnection, signal: AbortSignal | undefined): Promise<void> {
  const { smtp } = connection;
  return new Promise((resolve) => {
    const settle = () => {
      smtp.off('end', settle);
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    const abort = () => (destroy(connection), settle());
    smtp.once('end', settle);
    signal?.addEventListener('abort', abort);
    smtp.reset((error) => (error ? abort() : settle()));
  });
}

function destroy({ smtp, socket }: RelayConnection) {
  socket.destroy();
  smtp.close();
}

function smtpEnvelope({ from, to, dsnId }: Envelope, offers: ReadonlySet<string>, message: readonly Buffer[]): SMTPEnvelope {
  const size = message.reduce((sum, part) => sum + part.length, 2);
  if (dsnId === undefined || !offers.has('DSN')) return { from, to, size };
  return { from, to, size, dsn: { ret: 'HDRS', envid: dsnId, notify: ['FAILURE', 'DELAY'] } };
}

/** nodemailer ends a body that it has not seen with CRLF `.` CRLF, of which the first is the end of our last line. */
function withoutLastLineEnd(message: readonly Buffer[]): readonly Buffer[] {
  const last = message.at(-1);
  if (!last?.subarray(-2).equals(lineEnd)) throw new RangeError('the message does not end in CRLF');
  return [...message.slice(0, -1), last.subarray(0, -2)];
}

const lineEnd = Buffer.from('\r\n');

function isAllowed(hooks: HandOverHooks): boolean {
  try {
    return hooks.beforeDot();
  } catch {
    return false;
  }
}

function isAscii({ from, to }: Envelope): boolean {
  return !/[^\0-\x7f]/.test(from + to);
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
