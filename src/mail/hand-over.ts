import type { Readable, Writable } from 'node:stream';
import type { SMTPConnectionSendInfo, SMTPEnvelope, SMTPError } from 'nodemailer/lib/smtp-connection';
import type { RelayConnection } from '#src/mail/open-connection';
import { readReply, type Reply } from '#src/mail/reply';

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

/** The step that the answer, or the silence, belongs to. */
export type SmtpStep = 'connection' | 'MAIL' | 'RCPT' | 'DATA' | 'dot';

/** Why the message was not accepted: `refused` is the server's no, all others are ours or the line's. */
export type HandOverError = 'refused' | 'lost' | 'timeout' | 'protocol' | 'oversize' | 'no-smtputf8' | 'void' | 'aborted';

export type HandOverResult = Reply & {
  side: 'before-dot' | 'after-dot';
  step: SmtpStep;
  error: HandOverError | null;
};

/**
 * Hands one message to the relay and knows on which side of the final dot it ended. Settles exactly once, never rejects.
 *
 * nodemailer's error codes do not tell whether the dot had left, and it would take a 250 for a go-ahead to DATA. So it is
 * given a body that has only `pipe`: called by the reply to DATA, it writes the bytes itself, and lets nodemailer write the
 * terminator (RFC 5321 §4.1.1.4) only after `beforeDot`.
 *
 * @param message CRLF lines, none beginning with a dot, the last one complete: as `prepareHeaders` and `fillSkeleton` make them
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
  const { smtp, offers } = connection;
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
    if (go.code !== 354 || !smtp._socket) return settle({ ...go, side: 'before-dot', step: 'DATA', error: 'protocol' });
    stage = 'body';
    smtp._socket.cork();
    message.forEach((part, index) => smtp._socket && smtp._socket.write(part, index === message.length - 1 ? bodyWritten : undefined));
    smtp._socket.uncork();

    function bodyWritten(error?: Error | null) {
      // One turn, in which a reply that came too early is read and settles the message while the dot is still here
      if (!error) setImmediate(writeDot);
    }

    function writeDot() {
      if (stage !== 'body' || smtp.destroyed) return;
      if (!isAllowed(hooks)) return settle({ ...noReply, side: 'before-dot', step: 'DATA', error: 'void' });
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
    setImmediate(() => settle({ ...noReply, ...place(), error: 'lost' }));
  }

  function abort() {
    settle({ ...noReply, ...place(), error: 'aborted' });
  }

  function place(): { side: HandOverResult['side']; step: SmtpStep } {
    return stage === 'dot' ? { side: 'after-dot', step: 'dot' } : { side: 'before-dot', step: 'connection' };
  }

  function settle(result: HandOverResult) {
    if (stage === 'settled') return;
    const midway = stage === 'body';
    stage = 'settled';
    smtp.off('end', end);
    signal?.removeEventListener('abort', abort);
    if (result.error === 'refused' && !midway) {
      if (result.side === 'before-dot') connection.ready = rollBack(connection);
    } else if (result.error !== null) destroy(connection);
    resolve(result);
  }
}

/** After a refused RCPT the relay still holds our MAIL, and would refuse the next one. */
function rollBack(connection: RelayConnection): Promise<void> {
  const { smtp } = connection;
  return new Promise((resolve) => {
    smtp.once('end', resolve);
    smtp.reset((error) => {
      smtp.off('end', resolve);
      if (error) destroy(connection);
      resolve();
    });
  });
}

function destroy({ smtp }: RelayConnection) {
  if (smtp._socket) smtp._socket.destroy();
  smtp.close();
}

const noReply: Reply = { code: null, enhanced: null, reply: null };

function unsent(error: HandOverError): HandOverResult {
  return { ...noReply, side: 'before-dot', step: 'connection', error };
}

function afterDot(error: SMTPError | null, info: SMTPConnectionSendInfo | undefined): HandOverResult {
  const reply = readReply(info?.response ?? error?.response);
  const isFinal = reply.code !== null && Math.floor(reply.code / 100) !== 3;
  if (!isFinal) return { ...reply, code: null, side: 'after-dot', step: 'dot', error: reply.reply === null ? silence(error) : 'protocol' };
  return { ...reply, side: 'after-dot', step: 'dot', error: reply.code! < 300 ? null : 'refused' };
}

function beforeDot(error: SMTPError | null, info: SMTPConnectionSendInfo | undefined, sent: SMTPEnvelope): HandOverResult {
  // nodemailer notes the refused RCPT on the envelope; an error that came before the reply to DATA would hide it
  const rcpt = 'rejectedErrors' in sent ? (sent.rejectedErrors as SMTPError[])[0] : undefined;
  const step = rcpt?.response ? 'RCPT' : stepOf(error);
  const reply = readReply(rcpt?.response ?? error?.response ?? info?.response);
  const isRefusal = error !== null && reply.code !== null && reply.code >= 400;
  if (isRefusal) return { ...reply, side: 'before-dot', step, error: 'refused' };
  return { ...reply, side: 'before-dot', step, error: reply.reply === null && error ? silence(error) : 'protocol' };
}

function stepOf(error: SMTPError | null): SmtpStep {
  if (error?.command === 'MAIL FROM') return 'MAIL';
  if (error?.command === 'RCPT TO') return 'RCPT';
  return error === null || error.command === 'DATA' ? 'DATA' : 'connection';
}

function silence(error: SMTPError | null): HandOverError {
  if (error?.code === 'ETIMEDOUT') return 'timeout';
  if (error?.code === 'EPROTOCOL') return 'protocol';
  return error?.code === 'EMESSAGE' && error.command === 'MAIL FROM' ? 'oversize' : 'lost';
}

function smtpEnvelope({ from, to, dsnId }: Envelope, offers: ReadonlySet<string>, message: readonly Buffer[]): SMTPEnvelope {
  const size = message.reduce((sum, part) => sum + part.length, 2);
  const dsn = dsnId !== undefined && offers.has('DSN') && { ret: 'HDRS', envid: dsnId, notify: ['FAILURE', 'DELAY'] };
  return { from, to, size, ...(dsn && { dsn }) };
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
