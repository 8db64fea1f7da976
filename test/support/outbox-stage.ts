import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '#src/config';
import { type Context, openContext } from '#src/context';
import { type DigestTotals, digestTotals } from '#src/outbox/ledger';
import { openSender, type Sender } from '#src/outbox/sender';
import { testConfig } from './config.js';
import { createDatabase } from './database.js';
import { openWitness, type Witness } from './witness.js';

/** A database, a witness, and as many senders as a test wants: the outbox without the desk. */
export interface OutboxStage {
  ctx: Context;
  witness: Witness;
  /** Starts senders that run until the stage is closed. */
  startSenders(count: number): Sender[];
  drain(): Promise<void>;
  totals(digestId: string): Promise<Omit<DigestTotals, 'frozen' | 'rate' | 'oldestWaitingAt'>>;
  /** Polls until `holds` is true; fails with what it last saw. */
  until(holds: () => Promise<boolean> | boolean, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** `relay`: the query of the witness's relay URL. `through`: what stands between senders and their database. */
export async function openOutboxStage(
  relay: string,
  settings: Environment = {},
  through = async (databaseUrl: string): Promise<string> => databaseUrl,
): Promise<OutboxStage> {
  const database = await createDatabase();
  const witness = await openWitness();
  const ctx = openContext(testConfig(await through(database.url), { SMTP_URL: `${witness.url}?${relay}`, ...settings }), 'test');
  const running: Sender[] = [];
  const runs: Promise<void>[] = [];
  return {
    ctx,
    witness,
    startSenders(count) {
      const senders = Array.from({ length: count }, () => openSender(ctx.config, ctx.log, ctx.now));
      running.push(...senders);
      runs.push(...senders.map((sender) => sender.run()));
      return senders;
    },
    async drain() {
      const sender = openSender(ctx.config, ctx.log, ctx.now);
      await sender.drain();
      await sender.stop(5_000);
    },
    async totals(digestId) {
      const { waiting, sending, deferred, accepted, rejected, unknown, skipped } = await digestTotals(ctx.db, digestId);
      return { waiting, sending, deferred, accepted, rejected, unknown, skipped };
    },
    async until(holds, withinMs = 20_000) {
      const deadline = Date.now() + withinMs;
      while (!(await holds())) {
        if (Date.now() > deadline) throw new Error(`not so within ${withinMs} ms: ${holds.toString()}`);
        await wait(20);
      }
    },
    async close() {
      await Promise.all(running.map((sender) => sender.stop(2_000)));
      await Promise.all(runs);
      await ctx.close();
      await witness.close();
      await database.drop();
    },
  };
}

/** Whoever awaits `opened` stands before it until `open` is called. */
export function openGate(): { opened: Promise<void>; open(): void } {
  const gate = new AbortController();
  const opened = new Promise<void>((resolve) => gate.signal.addEventListener('abort', () => resolve()));
  return { opened, open: () => gate.abort() };
}
