import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import { projectFile } from '#src/project';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.js';

/** A Redis of the caller's own behind a proxy: it may be emptied, killed, cut off and slowed, and nobody else notices. */
export interface OwnRedis {
  /** Through the proxy. */
  url: string;
  proxy: TcpProxy;
  flush(): Promise<void>;
  /** SIGKILL; nothing answers until `restartEmpty`. */
  kill(): Promise<void>;
  /** A server that has never heard of the jobs, at the same address. */
  restartEmpty(): Promise<void>;
  close(): Promise<void>;
}

interface Server {
  url: string;
  stop(): Promise<void>;
}

// here, and not when it is needed: jest lets nobody import between two tests that run at once
const { ensureRedis } = (await import(pathToFileURL(projectFile('scripts/redis.mjs')).href)) as { ensureRedis(): Promise<Server | string> };

/** It comes from where the tests' common Redis comes from. @throws with the reason when there is none */
export async function openOwnRedis(): Promise<OwnRedis> {
  let server = await startServer();
  const { password } = new URL(server.url);
  const proxy = await openTcpProxy(portOf(server));
  return {
    url: `redis://:${password}@127.0.0.1:${proxy.port}`,
    proxy,
    flush: () => ask(server.url, async (redis) => void (await redis.flushall())),
    async kill() {
      const pid = await ask(server.url, async (redis) => Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]));
      proxy.isDown = true;
      process.kill(pid, 'SIGKILL');
      proxy.cut();
    },
    async restartEmpty() {
      await server.stop();
      server = await startServer();
      await ask(server.url, async (redis) => void (await redis.config('SET', 'requirepass', password)));
      proxy.target = portOf(server);
      proxy.isDown = false;
    },
    async close() {
      await proxy.close();
      await server.stop();
    },
  };
}

/** Asked for without the common one's address, the script starts another. */
async function startServer(): Promise<Server> {
  const common = process.env['TEST_REDIS_URL'];
  delete process.env['TEST_REDIS_URL'];
  const starting = ensureRedis();
  if (common !== undefined) process.env['TEST_REDIS_URL'] = common;
  const server = await starting;
  if (typeof server === 'string') throw new Error(server);
  return server;
}

async function ask<Answer>(url: string, question: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

const portOf = ({ url }: Server): number => Number(new URL(url).port);
