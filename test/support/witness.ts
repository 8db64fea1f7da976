import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Encryption } from './scripted-smtp.js';
import { testCertificate } from './test-certificate.js';

export type Step = 'MAIL' | 'RCPT' | 'DATA' | 'dot';

/** What the witness does instead of saying yes: it answers a line of its own, or, for `drop`, ends the connection, having kept the message or not. */
export type Behaviour = string | undefined;

export interface Witnessed {
  to: string;
  messageId: string;
  at: number;
}

/**
 * An independent SMTP server that believes nobody: every complete message is on disk, with its envelope, before the answer to its dot is
 * written. Small and fast, so that thousands of messages are a matter of seconds.
 */
export interface Witness {
  port: number;
  url: string;
  /** Every complete message, in the order in which they came. */
  seen(): Witnessed[];
  /** Decides about each step; `undefined` says yes. */
  behave: (step: Step, to: string) => Behaviour | Promise<Behaviour>;
  /** Connections that are open just now. */
  connections(): number;
  close(): Promise<void>;
}

/** `starttls` refuses mail before it; relays that are spoken to over TLS must trust `testCertificate`. */
export async function openWitness(encryption: Encryption = 'plain'): Promise<Witness> {
  const file = join(mkdtempSync(join(tmpdir(), 'briefing-witness-')), 'messages');
  appendFileSync(file, '');
  const sockets = new Set<Socket>();
  const witness: Witness = {
    port: 0,
    url: '',
    seen: () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Witnessed),
    behave: () => undefined,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  const keep = (message: Witnessed): void => appendFileSync(file, `${JSON.stringify(message)}\n`);
  const welcome = (socket: Socket): void => {
    socket.on('error', () => undefined);
    serve(socket, witness, keep, encryption).catch(() => socket.destroy());
  };
  const server: Server =
    encryption === 'tls' ? createTlsServer({ noDelay: true, ...testCertificate }, welcome) : createServer({ noDelay: true }, welcome);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  witness.port = (server.address() as AddressInfo).port;
  witness.url = `${encryption === 'tls' ? 'smtps' : 'smtp'}://127.0.0.1:${witness.port}`;
  return witness;
}

async function serve(socket: Socket, witness: Witness, keep: (message: Witnessed) => void, encryption: Encryption): Promise<void> {
  socket.write('220 witness ESMTP\r\n');
  if (encryption === 'starttls' && !(await toStartTls(socket))) return;
  const line = encryption === 'starttls' ? new TLSSocket(socket, { isServer: true, ...testCertificate }) : socket;
  line.on('error', () => undefined);
  await converse(line, witness, keep);
}

/** What is said in the clear: nothing but EHLO and STARTTLS is taken. False: the client went away. */
async function toStartTls(socket: Socket): Promise<boolean> {
  let buffered = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    buffered += chunk.toString('latin1');
    for (let end = buffered.indexOf('\r\n'); end >= 0; end = buffered.indexOf('\r\n')) {
      const line = buffered.slice(0, end);
      buffered = buffered.slice(end + 2);
      if (/^STARTTLS$/i.test(line)) return socket.write('220 2.0.0 go on\r\n') || true;
      socket.write(/^EHLO/i.test(line) ? '250-witness\r\n250 STARTTLS\r\n' : '530 5.7.0 Must issue a STARTTLS command first\r\n');
    }
  }
  return false;
}

async function converse(socket: Socket, witness: Witness, keep: (message: Witnessed) => void): Promise<void> {
  let buffered = '';
  let to = '';
  let inMessage = false;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    buffered += chunk.toString('latin1');
    for (;;) {
      const end = inMessage ? buffered.indexOf('\r\n.\r\n') : buffered.indexOf('\r\n');
      if (end < 0) break;
      const text = buffered.slice(0, end);
      buffered = buffered.slice(end + (inMessage ? 5 : 2));
      const step: Step | null = inMessage ? 'dot' : stepOf(text);
      if (step === 'RCPT') to = /<(.*)>/.exec(text)?.[1] ?? '';
      if (step === 'dot') keep({ to, messageId: /^message-id: *(\S+)/im.exec(text)?.[1] ?? '', at: Date.now() });
      inMessage = false;
      const wanted: Behaviour = step ? await witness.behave(step, to) : undefined;
      if (step === 'RCPT' && wanted !== undefined) to = '';
      if (wanted === 'drop') return void socket.destroy();
      if (!socket.writable) return;
      const reply: string = wanted ?? (step === 'DATA' && to === '' ? '503 5.5.1 no recipient' : usual(step, text));
      socket.write(`${reply}\r\n`);
      inMessage = reply.startsWith('354');
      if (/^QUIT/i.test(text) && step === null) return void socket.end();
    }
  }
}

function stepOf(line: string): Step | null {
  const word = line.slice(0, 4).toUpperCase();
  return word === 'MAIL' || word === 'RCPT' || word === 'DATA' ? word : null;
}

function usual(step: Step | null, line: string): string {
  if (step === 'DATA') return '354 go on';
  if (step === 'dot') return '250 2.0.0 kept';
  if (/^EHLO/i.test(line)) return '250-witness\r\n250-PIPELINING\r\n250 8BITMIME';
  return /^QUIT/i.test(line) ? '221 2.0.0 bye' : '250 2.0.0 ok';
}
