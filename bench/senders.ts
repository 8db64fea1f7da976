import { spawn } from 'node:child_process';
import { type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Variant } from '#src/digests/render-variant';
import { slotMarker } from '#src/mail/slots';
import { composeDelivery } from '#src/outbox/compose-delivery';
import type { Lease } from '#src/outbox/delivery';
import { openContents } from '#src/outbox/prepared-content';
import { cpuSeconds, endedChildrenSeconds } from './cpu.js';
import { freezeDigest, sendDigest } from './digest.js';
import type { Round } from './figure.js';
import { launch } from './launch.js';
import type { Mailing, PoolOrder, PoolReport } from './pool.js';
import type { Sink } from './sinks.js';
import type { Stage } from './stage.js';

/** One sender's run: how fast, and what a message cost on either side of the wire. */
export interface Run {
  perSecond: Round;
  senderMicros: Round;
  postgresMicros: Round;
}

/** What all senders have in common. */
export interface Field {
  stage: Stage;
  sink: Sink;
  messages: number;
  rsaKey: KeyObject;
}

const connections = 8;
const preparedMessages = 400; // distinct ones for the pool: enough that no cache of ours or theirs matters
const sourceHeaderBytes = 200; // that smtp-source adds to the length it is told
const dkim = { domain: 'news.example.org', selector: 'bench' };

/** The same digest, already composed for some readers, as the pool's `raw`. Unsigned: the pool signs by itself. */
export async function prepareMessages({ stage, messages }: Field, variant: Variant): Promise<{ file: string; size: number }> {
  const { ctx } = stage;
  const digestId = await freezeDigest(ctx, 'israel-briefing', variant);
  const lease = { digestId, relay: 'sink', contentVersion: 1, lot: 0 };
  const content = await openContents(ctx.db, ctx.config)(lease as Lease);
  const prepared = Array.from({ length: Math.min(preparedMessages, messages) }, async (_, n) => {
    const reader = {
      subscriberId: String(n + 1),
      subscriptionId: String(n + 1),
      address: `r${n}@example.org`,
      joinedAt: new Date(0),
      deferrals: 0,
      skip: null,
    };
    return Buffer.concat(await composeDelivery(ctx.config, null, content, lease, reader, new Date()));
  });
  const composed = await Promise.all(prepared);
  const file = join(ctx.config.dataDir, `${digestId}.messages`);
  writeFileSync(file, Buffer.concat(composed.flatMap((message) => [lengthOf(message), message])));
  return { file, size: composed[0]?.length ?? 0 };
}

function lengthOf(message: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return length;
}

export async function runOurs({ stage, sink, messages }: Field, variant: Variant, key: KeyObject | null, threads = 1): Promise<Run> {
  const signing = key && { DKIM_DOMAIN: dkim.domain, DKIM_SELECTOR: dkim.selector, DKIM_PRIVATE_KEY: pemOf(key) };
  const SMTP_URL = `smtp://127.0.0.1:${sink.port}?connections=${connections}`;
  const BRIEFING_SENDER_THREADS = String(threads);
  const worker = await launch('workers/deliver', { ...stage.environment, SMTP_URL, BRIEFING_SENDER_THREADS, ...signing });
  try {
    await sendDigest(stage.ctx, await freezeDigest(stage.ctx, 'israel-briefing-he', variant));
    const digestId = await freezeDigest(stage.ctx, 'israel-briefing', variant);
    const before = await sink.count();
    const [sender, postgres] = [cpuSeconds([worker.pid]), stage.postgresCpu()];
    const { result, otherCores } = await stage.watch(() => sendDigest(stage.ctx, digestId));
    const micros = (seconds: number) => ({ value: (seconds / messages) * 1e6, otherCores });
    const run = {
      perSecond: { value: messages / result.seconds, otherCores },
      senderMicros: micros(cpuSeconds([worker.pid]) - sender),
      postgresMicros: micros(stage.postgresCpu() - postgres),
    };
    const came = before === null ? messages : ((await sink.count()) ?? 0) - before;
    if (came !== messages) throw new Error(`${came} messages came, not ${messages}`);
    return run;
  } finally {
    await worker.stop();
  }
}

export async function runPool({ stage, sink, messages }: Field, mail: PoolOrder['mail'], key: KeyObject | null): Promise<Run> {
  const pool = await launch('bench/pool');
  try {
    const signing = key && { domainName: dkim.domain, keySelector: dkim.selector, privateKey: pemOf(key) };
    const order: PoolOrder = { port: sink.port, connections, messages, mail, dkim: signing };
    const { result, otherCores } = await stage.watch(() => pool.ask<PoolReport>(order));
    return runOf(messages, result, otherCores);
  } finally {
    await pool.stop();
  }
}

/** The digest as any program gives it to nodemailer, with one token in its links. */
export function mailingOf({ rendered: { subject, html, text } }: Variant): Mailing {
  return { subject, html, text, marker: slotMarker('unsubscribe') };
}

/** Postfix's load generator: C, no composition, no signing, no ledger. What a sender can cost at the least. */
export async function runSource({ stage, sink, messages }: Field, size: number): Promise<Run> {
  const { result, otherCores } = await stage.watch(() => generate(sink.port, messages, size));
  return runOf(messages, result, otherCores);
}

async function generate(port: number, messages: number, size: number): Promise<PoolReport> {
  const kept = [
    '-d',
    '-s',
    connections,
    '-l',
    size - sourceHeaderBytes,
    '-m',
    messages,
    '-f',
    'a@example.com',
    '-t',
    'b@example.com',
    `127.0.0.1:${port}`,
  ];
  const [before, startedAt] = [endedChildrenSeconds(), performance.now()];
  const [code] = (await once(spawn('smtp-source', kept.map(String), { stdio: ['ignore', 2, 2] }), 'exit')) as [number];
  if (code !== 0) throw new Error(`smtp-source ended with ${code}`);
  return { seconds: (performance.now() - startedAt) / 1_000, cpuSeconds: endedChildrenSeconds() - before };
}

function runOf(messages: number, { seconds, cpuSeconds: used }: PoolReport, otherCores: number): Run {
  return {
    perSecond: { value: messages / seconds, otherCores },
    senderMicros: { value: (used / messages) * 1e6, otherCores },
    postgresMicros: { value: 0, otherCores },
  };
}

/** What the signature alone costs in the best of ways: a key that is parsed already. */
export function runSignature(key: KeyObject): Run {
  const text = Buffer.alloc(1_500, 'a');
  const times = 300;
  for (let n = 0; n < times; n += 1) sign('sha256', text, key);
  const [before, startedAt] = [process.cpuUsage(), performance.now()];
  for (let n = 0; n < times; n += 1) sign('sha256', text, key);
  const { user, system } = process.cpuUsage(before);
  return runOf(times, { seconds: (performance.now() - startedAt) / 1_000, cpuSeconds: (user + system) / 1e6 }, 0);
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
