import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { launch } from './launch.js';
import { freePort } from './free-port.js';
import type { Moments, SinkOrder, Sunk } from './sink.js';

/** An SMTP server in a process of its own that takes everything. */
export interface Sink {
  port: number;
  /** Messages so far; null when it does not count. */
  count(): Promise<number | null>;
  stop(): Promise<void>;
}

/** Ours, which also tells when. */
export interface WatchingSink extends Sink {
  count(): Promise<number>;
  /** Notes from now on when messages begin and end. */
  watch(): Promise<void>;
  moments(): Promise<Moments>;
  /** When the message for `letter<number>@…` was taken, in milliseconds since 1970, by number. */
  letters(): Promise<Map<number, number>>;
}

export async function openSink(): Promise<WatchingSink> {
  const sink = await launch('bench/sink');
  const ask = <Answer>(order: SinkOrder) => sink.ask<Answer>(order);
  return {
    port: (await ask<Sunk>('count')).port,
    count: async () => (await ask<Sunk>('count')).messages,
    watch: async () => void (await ask('watch')),
    moments: () => ask('moments'),
    letters: async () => new Map(await ask<[number, number][]>('letters')),
    stop: () => sink.stop(),
  };
}

export function hasPostfix(): boolean {
  return ['smtp-source', 'smtp-sink'].every((program) => spawnSync(program, []).error === undefined);
}

/** Postfix's own: one thread that reads byte by byte. Slower than ours, and what others compare with. */
export async function openPostfixSink(): Promise<Sink> {
  const port = await freePort();
  const account = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const sink = spawn('smtp-sink', [...account, `127.0.0.1:${port}`, '1024'], { stdio: ['ignore', 2, 2] });
  const ended = once(sink, 'exit');
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries > 100 || sink.exitCode !== null) throw new Error('smtp-sink does not listen');
    await wait(50);
  }
  return {
    port,
    count: async () => null,
    async stop() {
      sink.kill('SIGKILL');
      await ended;
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (resolve(true), socket.destroy()));
    socket.once('error', () => resolve(false));
  });
}
