import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Where it listens, how many complete messages came, for how many different readers `r<number>@…`, and how many of them got more than one. */
export interface Sunk {
  port: number;
  messages: number;
  different: number;
  twice: number;
}

/** When messages began (RCPT) and ended (their last dot), by the clock of this machine in milliseconds since 1970. */
export interface Moments {
  begun: number[];
  ended: number[];
}

/** `forget`: whom it has seen, not how many. `watch`: notes moments from now on; `moments`: tells those of this while. `letters`: when `letter<number>@…` got its own, by number. */
export type SinkOrder = 'count' | 'forget' | 'watch' | 'moments' | 'letters';

/** Entry: an SMTP server that takes everything and keeps nothing; it should cost less than any sender. */
const sunk: Sunk = { port: 0, messages: 0, different: 0, twice: 0 };
const times = new Uint8Array(2_000_000); // by the reader's number
let moments: Moments | null = null;
const letters = new Map<number, number>();
const lineEnd = Buffer.from('\r\n');
const messageEnd = Buffer.from('\r\n.\r\n');

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.write('220 sink ESMTP\r\n');
  socket.on('data', conversation(socket));
});
server.listen(0, '127.0.0.1', () => {
  sunk.port = (server.address() as AddressInfo).port;
  process.on('message', (order: SinkOrder) => process.send?.(answerTo(order)));
  process.on('disconnect', () => process.exit(0));
  process.send?.(sunk);
});

function answerTo(order: SinkOrder): Sunk | Moments | [number, number][] {
  if (order === 'forget') {
    times.fill(0);
    [sunk.different, sunk.twice] = [0, 0];
  }
  if (order === 'letters') return [...letters];
  if (order === 'watch') moments = { begun: [], ended: [] };
  return order === 'moments' && moments ? moments : sunk;
}

const now = (): number => performance.timeOrigin + performance.now();

function conversation(socket: Socket): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let inMessage = false;
  let reader = 0;
  let letter = 0;

  return (chunk) => {
    let buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let replies = '';
    for (;;) {
      const marker = inMessage ? messageEnd : lineEnd;
      const end = buffer.indexOf(marker);
      if (end < 0) break;
      const line = inMessage ? '.' : buffer.toString('latin1', 0, end);
      buffer = buffer.subarray(end + marker.length);
      inMessage = /^DATA/i.test(line);
      if (line.startsWith('RCPT')) {
        reader = Number(/<r(\d+)@/.exec(line)?.[1] ?? 0);
        letter = reader > 0 ? 0 : Number(/<letter(\d+)@/.exec(line)?.[1] ?? 0);
        moments?.begun.push(now());
      }
      if (line === '.') {
        count(reader);
        moments?.ended.push(now());
        if (letter > 0) letters.set(letter, now());
      }
      replies += replyTo(line);
    }
    rest = inMessage ? buffer.subarray(-(messageEnd.length - 1)) : buffer; // an end may lie across two chunks
    if (replies !== '') socket.write(replies);
    if (replies.endsWith('bye\r\n')) socket.end();
  };
}

function count(reader: number): void {
  sunk.messages += 1;
  if (reader === 0 || reader >= times.length) return;
  const before = times[reader] ?? 0;
  times[reader] = Math.min(255, before + 1);
  if (before === 0) sunk.different += 1;
  if (before === 1) sunk.twice += 1;
}

function replyTo(line: string): string {
  if (line === '.') return '250 2.0.0 taken\r\n';
  const word = line.slice(0, 4).toUpperCase();
  if (word === 'DATA') return '354 go on\r\n';
  if (word === 'EHLO') return '250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n';
  return word === 'QUIT' ? '221 2.0.0 bye\r\n' : '250 2.0.0 ok\r\n';
}
