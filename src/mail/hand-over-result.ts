import type { SMTPConnectionSendInfo, SMTPEnvelope, SMTPError } from 'nodemailer/lib/smtp-connection';
import { readReply, type Reply } from '#src/mail/reply';

/** The step that the answer, or the silence, belongs to. */
export type SmtpStep = 'connection' | 'MAIL' | 'RCPT' | 'DATA' | 'dot';

/** Why the message was not accepted: `refused` is the server's no, all others are ours or the line's. */
export type HandOverError = 'refused' | 'lost' | 'timeout' | 'protocol' | 'oversize' | 'no-smtputf8' | 'void' | 'aborted';

export type HandOverResult = Reply & {
  side: 'before-dot' | 'after-dot';
  step: SmtpStep;
  error: HandOverError | null;
};

export const noReply: Reply = { code: null, enhanced: null, reply: null };

/** Every result is made here, field by field: spreads would cost a hundredth of a message's time. */
export function resultOf(
  { code, enhanced, reply }: Reply,
  side: HandOverResult['side'],
  step: SmtpStep,
  error: HandOverError | null,
): HandOverResult {
  return { code, enhanced, reply, side, step, error };
}

export function unsent(error: HandOverError): HandOverResult {
  return resultOf(noReply, 'before-dot', 'connection', error);
}

/** What nodemailer called back with, once the dot may have left: only a reply of three digits says anything. */
export function afterDot(error: SMTPError | null, info: SMTPConnectionSendInfo | undefined): HandOverResult {
  const reply = readReply(info?.response ?? error?.response);
  const isFinal = reply.code !== null && Math.floor(reply.code / 100) !== 3;
  if (isFinal) return resultOf(reply, 'after-dot', 'dot', reply.code! < 300 ? null : 'refused');
  return resultOf({ ...reply, code: null }, 'after-dot', 'dot', reply.reply === null ? silence(error) : 'protocol');
}

/** The same while the dot was still here. */
export function beforeDot(error: SMTPError | null, info: SMTPConnectionSendInfo | undefined, sent: SMTPEnvelope): HandOverResult {
  // nodemailer notes the refused RCPT on the envelope; an error that came before the reply to DATA would hide it
  const rcpt = 'rejectedErrors' in sent ? (sent.rejectedErrors as SMTPError[])[0] : undefined;
  const step = rcpt?.response ? 'RCPT' : stepOf(error);
  const reply = readReply(rcpt?.response ?? error?.response ?? info?.response);
  const isRefusal = error !== null && reply.code !== null && reply.code >= 400;
  if (isRefusal) return resultOf(reply, 'before-dot', step, 'refused');
  return resultOf(reply, 'before-dot', step, reply.reply === null && error ? silence(error) : 'protocol');
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
