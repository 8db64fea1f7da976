import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Relay } from '#src/mail/relay';

/** An open, authenticated session. One message at a time; no RSET between messages. */
export type RelayConnection = {
  relay: Relay;
  smtp: SMTPConnection;
  /** EHLO keywords in upper case: SMTPUTF8, SIZE, DSN, PIPELINING … */
  offers: ReadonlySet<string>;
  /** False once the session is over; open another. */
  isOpen(): boolean;
  /** QUIT, or simply the end when the relay does not answer it within two seconds. */
  close(): void;
};

export class RelayFailure extends Error {}

export function openConnection(_relay: Relay, _signal?: AbortSignal): Promise<RelayConnection> {
  throw new Error('not written yet');
}
