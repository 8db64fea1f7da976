import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

export async function openWitness(): Promise<Witness> {
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
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    converse(socket, witness, (message) => appendFileSync(file, `${JSON.stringify(message)}\n`)).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  witness.port = (server.address() as AddressInfo).port;
  witness.url = `smtp://127.0.0.1:${witness.port}`;
  return witness;
}

async function converse(socket: Socket, witness: Witness, keep: (message: Witnessed) => void): Promise<void> {
  socket.write('220 witness ESMTP\r\n');
  let buffered = '';
  let to = '';
  let inMessage = false;
  for await (const chunk of socket.setEncoding('latin1') as AsyncIterable<string>) {
    buffered += chunk;
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
