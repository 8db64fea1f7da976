import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Where it listens, and how many complete messages came. */
export interface Sunk {
  port: number;
  messages: number;
}

/** Entry: an SMTP server that takes everything and keeps nothing; it should cost less than any sender. */
const sunk: Sunk = { port: 0, messages: 0 };
const lineEnd = Buffer.from('\r\n');
const messageEnd = Buffer.from('\r\n.\r\n');

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.write('220 sink ESMTP\r\n');
  socket.on('data', conversation(socket));
});
server.listen(0, '127.0.0.1', () => {
  sunk.port = (server.address() as AddressInfo).port;
  process.on('message', () => process.send?.(sunk));
  process.on('disconnect', () => process.exit(0));
  process.send?.(sunk);
});

function conversation(socket: Socket): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let inMessage = false;

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
      replies += replyTo(line);
    }
    rest = inMessage ? buffer.subarray(-(messageEnd.length - 1)) : buffer; // an end may lie across two chunks
    if (replies !== '') socket.write(replies);
    if (replies.endsWith('bye\r\n')) socket.end();
  };
}

function replyTo(line: string): string {
  if (line === '.') {
    sunk.messages += 1;
    return '250 2.0.0 taken\r\n';
  }
  const word = line.slice(0, 4).toUpperCase();
  if (word === 'DATA') return '354 go on\r\n';
  if (word === 'EHLO') return '250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n';
  return word === 'QUIT' ? '221 2.0.0 bye\r\n' : '250 2.0.0 ok\r\n';
}
