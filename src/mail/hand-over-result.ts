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

export function unsent(error: HandOverError): HandOverResult {
  return { ...noReply, side: 'before-dot', step: 'connection', error };
}

/** What nodemailer called back with, once the dot may have left: only a reply of three digits says anything. */
export function afterDot(error: SMTPError | null, info: SMTPConnectionSendInfo | undefined): HandOverResult {
  const reply = readReply(info?.response ?? error?.response);
  const isFinal = reply.code !== null && Math.floor(reply.code / 100) !== 3;
  if (!isFinal) return { ...reply, code: null, side: 'after-dot', step: 'dot', error: reply.reply === null ? silence(error) : 'protocol' };
  return { ...reply, side: 'after-dot', step: 'dot', error: reply.code! < 300 ? null : 'refused' };
}

/** The same while the dot was still here. */
export function beforeDot(error: SMTPError | null, info: SMTPConnectionSendInfo | undefined, sent: SMTPEnvelope): HandOverResult {
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
