import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and Postgres as a pooler in transaction mode would: everything passes but for the notices of LISTEN. */
export async function openNoticeEater(databaseUrl: string): Promise<{ url: string; eaten(): number; close(): Promise<void> }> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let eaten = 0;
  const server = createServer((inner) => {
    const outer = connect(Number(target.port), target.hostname);
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => [inner, outer].forEach((end) => (sockets.delete(end), end.destroy())));
    }
    inner.pipe(outer);
    let pending = Buffer.alloc(0);
    outer.on('data', (part: Buffer) => {
      pending = Buffer.concat([pending, part]);
      for (let message = first(pending); message; message = first(pending)) {
        pending = pending.subarray(message.length);
        if (message[0] === 'A'.charCodeAt(0)) eaten += 1;
        else inner.write(message);
      }
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const through = new URL(databaseUrl);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    eaten: () => eaten,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A whole message of the server's: its letter, its length in four bytes, its body. */
function first(bytes: Buffer): Buffer | null {
  const length = bytes.length < 5 ? Infinity : 1 + bytes.readUInt32BE(1);
  return bytes.length < length ? null : bytes.subarray(0, length);
}
