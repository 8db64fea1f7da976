import type { Socket } from 'node:net';
import SMTPConnection, { type SMTPError, type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { readReply, type Reply } from '#src/mail/reply';
import type { Relay } from '#src/mail/relay';

/** An open session, authenticated when the relay has credentials. One message at a time; no RSET between messages that succeed. */
export type RelayConnection = {
  relay: Relay;
  smtp: SMTPConnection;
  /** The TLS socket, where there is one. */
  socket: Socket;
  /** EHLO keywords in upper case: SMTPUTF8, SIZE, DSN, PIPELINING … */
  offers: ReadonlySet<string>;
  /** Settles when the last message has left nothing behind on the relay; the hand-over waits for it and sets it. */
  ready: Promise<void>;
  /** False once the session is over; open another. */
  isOpen(): boolean;
  /** QUIT, and the end at the latest two seconds later. */
  close(): void;
};

type Stage = 'connect' | 'greeting' | 'ehlo' | 'tls' | 'auth' | 'aborted';

/** No session: it says nothing about any reader. */
export class RelayFailure extends Error {
  override readonly name = 'RelayFailure';
  readonly stage: Stage;
  readonly answer: Reply;

  constructor(relay: string, stage: Stage, answer: Reply, cause?: unknown) {
    super(`relay ${relay}: ${stage} failed: ${answer.reply ?? (cause instanceof Error ? cause.message : 'no answer')}`, { cause });
    this.stage = stage;
    this.answer = answer;
  }
}

const connectTimeout = 30_000;
const quitTimeout = 2_000;

/** @throws RelayFailure */
export function openConnection(relay: Relay, signal?: AbortSignal): Promise<RelayConnection> {
  const smtp = new SMTPConnection(optionsFor(relay));
  return new Promise((resolve, reject) => {
    const fail = (stage: Stage, error?: unknown) => {
      reject(new RelayFailure(relay.name, stage, readReply(answerIn(error)), error));
      smtp.close();
    };
    const abort = () => fail('aborted');
    const settled = () => {
      clearTimeout(connectTimer);
      signal?.removeEventListener('abort', abort);
    };
    const open = () => {
      settled();
      resolve(connectionOf(relay, smtp, offers));
    };
    let offers: ReadonlySet<string> = new Set();
    const connectTimer = setTimeout(() => smtp.stage === 'init' && fail('connect', new Error('no connection in 30 s')), connectTimeout);
    signal?.addEventListener('abort', abort);
    // Stays for good: an SMTPConnection whose `error` nobody hears ends the process
    smtp.on('error', (error: SMTPError) => fail(stageOf(error, smtp), error));
    smtp.once('end', () => (settled(), fail('connect')));
    if (signal?.aborted) return abort();
    smtp.connect((error) => {
      if (error) return fail(stageOf(error, smtp), error);
      offers = readOffers(smtp.lastServerResponse);
      if (!relay.credentials) return open();
      smtp.login({ ...relay.credentials }, (refusal) => (refusal ? fail('auth', refusal) : open()));
    });
  });
}

/** RFC 5321 §4.5.3.2: five minutes for the greeting, ten after the final dot. A shorter wait after the dot is what makes unknowns. */
function optionsFor(relay: Relay): SMTPConnectionOptions {
  return {
    host: relay.host,
    port: relay.port,
    secure: relay.encryption === 'implicit',
    requireTLS: relay.encryption === 'required',
    ignoreTLS: relay.encryption === 'none',
    name: relay.ehloName ?? undefined,
    tls: { ...relay.tls },
    greetingTimeout: 300_000,
    connectionTimeout: 360_000, // nodemailer cuts the greeting short by it; `connectTimeout` above bounds the connecting
    socketTimeout: 600_000,
    maxResponseSize: 64 * 1024,
    allowInternalNetworkInterfaces: true,
    logger: false,
  };
}

function connectionOf(relay: Relay, smtp: SMTPConnection, offers: ReadonlySet<string>): RelayConnection {
  const { _socket: socket } = smtp;
  return {
    relay,
    smtp,
    socket: socket as Socket,
    offers,
    ready: Promise.resolve(),
    isOpen: () => !smtp.destroyed,
    close() {
      if (smtp.destroyed) return;
      smtp.quit();
      setTimeout(() => smtp.close(), quitTimeout).unref();
    },
  };
}

/** nodemailer calls `connect` back on the last reply to EHLO, whose lines after the first are the keywords (RFC 5321 §4.1.1.1). */
function readOffers(reply: string | false): ReadonlySet<string> {
  const [, ...lines] = (reply || '').split(/\r?\n/);
  return new Set(lines.map((line) => (/^250[ -]([A-Za-z0-9-]+)/.exec(line)?.[1] ?? '').toUpperCase()).filter(Boolean));
}

function stageOf(error: SMTPError, smtp: SMTPConnection): Stage {
  if (error.code === 'ETLS' || error.command === 'STARTTLS' || smtp.upgrading) return 'tls';
  if (error.command?.startsWith('AUTH') || error.code === 'EAUTH') return 'auth';
  if (error.command === 'EHLO' || error.command === 'HELO') return 'ehlo';
  if (smtp.stage === 'connected') return 'greeting';
  return isTlsError(error) ? 'tls' : 'connect';
}

function isTlsError(error: SMTPError): boolean {
  const code = error.originalCode ?? error.code ?? '';
  return /CERT|TLS|SSL/.test(`${code} ${error.message}`.toUpperCase());
}

function answerIn(error: unknown): string | undefined {
  return error instanceof Error && 'response' in error && typeof error.response === 'string' ? error.response : undefined;
}
