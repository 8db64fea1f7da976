import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Towards the server, or back from it. */
export type Direction = 'up' | 'down';

/** `hold`: this chunk and all that follow it in this direction are swallowed, and both ends believe that the line stands: half-open. */
export type Stroke = 'pass' | 'reset' | 'hold' | { afterMs: number };

/** One connection through the proxy. */
export interface Link {
  /** Counted from 1. */
  n: number;
  /** Both ends hear a reset; what had not been forwarded is lost. */
  reset(): void;
}

/** Stands between a program and its server and does to each chunk what `decide` says. */
export interface TcpProxy {
  port: number;
  /** Where new connections go. */
  target: number;
  decide(link: Link, direction: Direction, chunk: Buffer): Stroke;
  /** While true, nobody gets through: connections are reset as they come. */
  isDown: boolean;
  /** Resets every connection. */
  cut(): void;
  close(): Promise<void>;
}

export async function openTcpProxy(target: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  let count = 0;
  const server = createServer({ noDelay: true }, (inner) => {
    inner.on('error', () => undefined);
    if (proxy.isDown) return void inner.resetAndDestroy();
    const outer = connect({ port: proxy.target, host: '127.0.0.1', noDelay: true });
    const link: Link = {
      n: (count += 1),
      reset() {
        for (const socket of [inner, outer]) end(socket);
        links.delete(link);
      },
    };
    links.add(link);
    forward(proxy, link, 'up', inner, outer);
    forward(proxy, link, 'down', outer, inner);
  });
  const proxy: TcpProxy = {
    port: 0,
    target,
    decide: () => 'pass',
    isDown: false,
    cut: () => [...links].forEach((link) => link.reset()),
    async close() {
      proxy.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  proxy.port = (server.address() as AddressInfo).port;
  return proxy;
}

/** Node never closes a socket that is to be reset while its own end, or its connecting, is under way: the process could not end. */
function end(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.connecting || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

function forward(proxy: TcpProxy, link: Link, direction: Direction, from: Socket, to: Socket): void {
  let isHeld = false;
  let last = Promise.resolve();
  from.on('data', (chunk: Buffer) => {
    const stroke = isHeld ? 'hold' : proxy.decide(link, direction, chunk);
    if (stroke === 'reset') return link.reset();
    isHeld ||= stroke === 'hold';
    if (isHeld) return;
    const dueAt = performance.now() + (typeof stroke === 'object' ? stroke.afterMs : 0);
    last = last.then(() => at(dueAt)).then(() => void (to.writable && to.write(chunk)));
  });
  from.on('error', () => link.reset());
  from.on('end', () => void last.then(() => isHeld || to.end()));
  from.on('close', () => void last.then(() => isHeld || to.destroy()));
}

/** In the order of the chunks: one that is not late is written in the same turn of the event loop. */
async function at(dueAt: number): Promise<void> {
  const ms = dueAt - performance.now();
  if (ms > 0) await new Promise((resolve) => void setTimeout(resolve, ms));
}
