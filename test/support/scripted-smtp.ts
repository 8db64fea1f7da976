import net from 'node:net';
import tls from 'node:tls';
import { testCertificate } from './test-certificate.js';

export type Encryption = 'plain' | 'starttls' | 'tls';
export type ScriptStep = 'greeting' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'midBody' | 'dot' | 'RSET' | 'QUIT';

/** What the server says at a step, byte for byte, and whether it then drops the line or is silent for good. */
export type Play = { say?: string; next?: 'drop' | 'silence' };
export type Script = Partial<Record<ScriptStep, Play>>;

/** An SMTP server that plays a script and bears witness: every message that came complete, with its final dot, is in `messages`. */
export type ScriptedSmtp = {
  port: number;
  messages: string[];
  commands: string[];
  /** Replaces the script, for the steps still to come. */
  play(script: Script): void;
  close(): Promise<void>;
};

export type ScriptedSmtpOptions = { script?: Script; encryption?: Encryption; extensions?: string[] };

export async function startScriptedSmtp({
  script = {},
  encryption = 'plain',
  extensions = ['PIPELINING', '8BITMIME'],
}: ScriptedSmtpOptions = {}): Promise<ScriptedSmtp> {
  const stage: Stage = { script, encryption, extensions, messages: [], commands: [] };
  const sockets = new Set<net.Socket>();
  const welcome = (socket: net.Socket) => serve(socket, stage);
  const server = encryption === 'tls' ? tls.createServer(testCertificate, welcome) : net.createServer(welcome);
  server.on('connection', (socket: net.Socket) => sockets.add(socket.setNoDelay().on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    messages: stage.messages,
    commands: stage.commands,
    play: (next) => (stage.script = next),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Stage = Required<ScriptedSmtpOptions> & { messages: string[]; commands: string[] };

function serve(opened: net.Socket, stage: Stage) {
  let socket = opened;
  let heard = '';
  let body: string | null = null;
  let deaf = false;
  let midBodyPlayed = false;

  const perform = (step: ScriptStep, ordinary: string) => {
    const { say = ordinary, next } = stage.script[step] ?? {};
    if (next === 'drop') socket.end(say, 'latin1');
    else socket.write(say, 'latin1');
    deaf ||= next !== undefined;
    return say;
  };

  const hear = (chunk: Buffer) => {
    if (deaf) return;
    heard += chunk.toString('latin1');
    while (!deaf && (body === null ? hearCommand() : hearBody()));
  };

  const hearCommand = (): boolean => {
    const end = heard.indexOf('\r\n');
    if (end < 0) return false;
    const command = heard.slice(0, end);
    heard = heard.slice(end + 2);
    stage.commands.push(command);
    obey((/^[A-Za-z]*/.exec(command)?.[0] ?? '').toUpperCase());
    return true;
  };

  const obey = (verb: string) => {
    if (verb === 'EHLO') perform('EHLO', ehlo());
    else if (verb === 'STARTTLS' && stage.encryption === 'starttls') upgrade();
    else if (verb === 'DATA') {
      if (perform('DATA', '354 go ahead\r\n').startsWith('354')) body = '';
    } else if (verb === 'QUIT') perform('QUIT', '221 bye\r\n');
    else if (verb === 'AUTH' || verb === 'MAIL' || verb === 'RCPT' || verb === 'RSET')
      perform(verb, verb === 'AUTH' ? '235 in\r\n' : '250 2.0.0 ok\r\n');
    else socket.write('500 what?\r\n');
  };

  const hearBody = (): boolean => {
    body += heard;
    heard = '';
    if (!midBodyPlayed && stage.script.midBody && body!.length > 1000) {
      midBodyPlayed = true;
      perform('midBody', '');
    }
    const end = body!.startsWith('.\r\n') ? 0 : body!.indexOf('\r\n.\r\n') + 2;
    if (end === 1) return false;
    stage.messages.push(body!.slice(0, end));
    heard = body!.slice(end + 3);
    body = null;
    perform('dot', '250 2.0.0 queued\r\n');
    return true;
  };

  const ehlo = () => {
    const offered = [...stage.extensions, ...(stage.encryption === 'starttls' && socket === opened ? ['STARTTLS'] : [])];
    return ['relay.test', ...offered].map((line, index) => `250${index === offered.length ? ' ' : '-'}${line}\r\n`).join('');
  };

  const upgrade = () => {
    if (!perform('STARTTLS', '220 go\r\n').startsWith('220')) return;
    opened.off('data', hear);
    socket = new tls.TLSSocket(opened, { isServer: true, ...testCertificate });
    socket.on('data', hear).on('error', () => {});
  };

  socket.on('data', hear).on('error', () => {});
  perform('greeting', '220 relay.test\r\n');
}
