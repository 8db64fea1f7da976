import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Response } from 'express';
import { sql } from 'kysely';
import type { Context } from '#src/context';

const registries = new WeakMap<Context, Registry>();

export async function sendMetrics(ctx: Context, response: Response): Promise<void> {
  const metrics = metricsOf(ctx);
  response.set('Content-Type', metrics.contentType).send(await metrics.metrics());
}

/** The numbers of this process, and of the ledger at the moment of asking: NaN while Postgres is away. No address and no token is ever a label. */
function metricsOf(ctx: Context): Registry {
  const known = registries.get(ctx);
  if (known) return known;
  const registry = new Registry();
  registries.set(ctx, registry);
  collectDefaultMetrics({ register: registry });
  const waiting = new Gauge({
    name: 'briefing_digest_waiting',
    help: 'Readers of digests under way who have no final outcome yet',
    registers: [],
    async collect() {
      this.set(await waitingReaders(ctx).catch(() => Number.NaN));
    },
  });
  const oldest = new Gauge({
    name: 'briefing_queue_oldest_seconds',
    help: 'Age of the oldest message or slice that could be sent now',
    registers: [],
    async collect() {
      this.set(await oldestSeconds(ctx).catch(() => Number.NaN));
    },
  });
  registry.registerMetric(waiting);
  registry.registerMetric(oldest);
  return registry;
}

async function waitingReaders(ctx: Context): Promise<number> {
  const { rows } = await sql<{ waiting: string | null }>`
    SELECT sum(size - accepted - rejected - unknown - skipped) AS waiting FROM slice WHERE NOT closed`.execute(ctx.db);
  return Number(rows[0]?.waiting ?? 0);
}

async function oldestSeconds(ctx: Context): Promise<number> {
  const { rows } = await sql<{ seconds: string | null }>`
    SELECT extract(epoch FROM ${ctx.now()} - min(since)) AS seconds FROM (
      SELECT min(not_before) AS since FROM message WHERE state IN ('asked', 'waiting', 'deferred') AND owner IS NULL
      UNION ALL
      SELECT min(not_before) FROM slice WHERE NOT closed AND owner IS NULL
    ) open`.execute(ctx.db);
  return Math.max(0, Number(rows[0]?.seconds ?? 0));
}
