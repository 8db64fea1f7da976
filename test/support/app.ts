import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Environment } from '#src/config';
import { operator } from '#src/accounts/actor';
import { createKey } from '#src/accounts/create-key';
import { type Scope, scopes } from '#src/accounts/scopes';
import { type Context, openContext } from '#src/context';
import { createApp } from '#src/http/app';
import { testConfig } from './config.js';
import { createDatabase } from './database.js';
import { type Inbox, openInbox } from './inbox.js';

export interface TestApp {
  ctx: Context;
  url: string;
  /** The clock of the app: move it by assigning. It runs on from there only when you move it again. */
  clock: { now: Date };
  /** A key with every scope. */
  key: string;
  inbox: Inbox;
  /** A request to the app, `path` from its root; redirects are not followed. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** A call of the API with the full key; `body` is sent as JSON. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  keyWith(...wanted: Scope[]): Promise<string>;
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  body: any;
}

export interface AppOptions {
  backend?: 'postgres' | 'redis';
  settings?: Environment;
  /** When the app believes it is; the real time at the start when absent. */
  now?: Date;
  /** What stands between the app and its database. */
  proxy?: (databaseUrl: string) => Promise<{ url: string; close(): Promise<void> }>;
}

/** The real app on a loopback port: its own database, its own inbox, its own queue. */
export async function startApp(options: AppOptions = {}): Promise<TestApp> {
  const database = await createDatabase();
  const proxy = await options.proxy?.(database.url);
  const server = createServer();
  const url = `http://127.0.0.1:${await listen(server)}`;
  const base = testConfig(database.url);
  const inbox = await openInbox(base.dataDir);
  const config = testConfig(proxy?.url ?? database.url, {
    DATA_DIR: base.dataDir,
    PUBLIC_URL: url,
    SMTP_URL: `smtp://127.0.0.1:${inbox.port}`,
    BRIEFING_EMBEDDED: 'catcher',
    ...(options.backend === 'redis' ? { REDIS_URL: redisUrl() } : {}),
    ...options.settings,
  });
  const clock = { now: options.now ?? new Date() };
  const ctx = openContext(config, 'test', { now: () => clock.now });
  server.on('request', createApp(ctx));
  const keyWith = async (...wanted: Scope[]) => (await createKey(ctx, operator, { name: 'test', scopes: wanted })).key;
  const key = await keyWith(...scopes);
  const request = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, { redirect: 'manual', ...init });

  return {
    ctx,
    url,
    clock,
    key,
    inbox,
    fetch: request,
    async api(method, path, body, headers = {}) {
      const response = await request(path, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return answerOf(response);
    },
    keyWith,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await inbox.close();
      await ctx.close();
      await proxy?.close();
      await database.drop();
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? (JSON.parse(text) as unknown) : text };
}

/** A Redis database for each jest worker. */
function redisUrl(): string {
  const server = process.env['TEST_REDIS_URL'];
  if (!server) throw new Error('TEST_REDIS_URL is absent: there is no Redis to test on');
  const url = new URL(server);
  url.pathname = `/${Number(process.env['JEST_WORKER_ID'] ?? 0) % 16}`;
  return url.href;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
