import type { RelayConnection } from '#src/mail/open-connection';

export type Envelope = {
  from: string;
  to: string;
  /** ENVID for relays that offer DSN (RFC 3461): our own id of the delivery. */
  dsnId?: string;
};

export type HandOverHooks = {
  /**
   * Runs synchronously when every byte but the final dot is in the kernel: journal the mark, then read the fence.
   * `false`, or an exception, means that the dot must not leave.
   */
  beforeDot(): boolean;
};

/** The step that the answer, or the silence, belongs to. */
export type SmtpStep = 'connection' | 'MAIL' | 'RCPT' | 'DATA' | 'dot';

/** Why there is no ordinary reply. `refused` is the server's no; all others are ours or the line's. */
export type HandOverError = 'refused' | 'lost' | 'timeout' | 'protocol' | 'void' | 'aborted' | 'no-smtputf8' | 'oversize';

export type HandOverResult = {
  side: 'before-dot' | 'after-dot';
  /** The reply's three digits, null when no reply that can be read came. */
  code: number | null;
  /** The enhanced status code of RFC 3463, such as `5.1.1`. */
  enhanced: string | null;
  /** One line, printable, at most 500 characters. Its words are the server's: hostile until escaped. */
  reply: string | null;
  command: SmtpStep;
  error: HandOverError | null;
};

/** Hands one message to the relay. Always settles, exactly once, and never rejects. */
export function handOver(
  _connection: RelayConnection,
  _envelope: Envelope,
  _message: readonly Buffer[],
  _hooks: HandOverHooks,
  _signal?: AbortSignal,
): Promise<HandOverResult> {
  throw new Error('not written yet');
}
