import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface DeafProxy {
  /** `databaseUrl` with this proxy's port. */
  url: string;
  /** From now on those who listen for leavers lose their connection, and get no new one; everybody else keeps theirs. */
  cut(): void;
  restore(): void;
  close(): Promise<void>;
}

/** Stands between senders and Postgres, and can make them deaf: it knows the listeners by the name that they connect with. */
export async function openDeafProxy(databaseUrl: string): Promise<DeafProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const listeners = new Set<Socket>();
  let isCut = false;
  const server = createServer((inner) => {
    const outer = connect(Number(target.port), target.hostname);
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => [inner, outer].forEach((end) => (sockets.delete(end), listeners.delete(end), end.destroy())));
    }
    inner.once('data', (startup: Buffer) => {
      if (!startup.includes('briefing leavers')) return;
      listeners.add(inner);
      if (isCut) inner.destroy();
    });
    inner.pipe(outer).pipe(inner);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const through = new URL(databaseUrl);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    cut() {
      isCut = true;
      for (const socket of listeners) socket.destroy();
    },
    restore: () => void (isCut = false),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
