import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { startDelivery } from '#workers/start-delivery';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

let stage: OutboxStage;
afterEach(() => stage.close());

describe('a delivering process with two sender threads', () => {
  test('sends each message once, over no more connections than the relay allows the process', async () => {
    stage = await openOutboxStage('connections=4', { BRIEFING_SENDER_THREADS: '2' });
    await addReaders(stage.ctx, 1_000);
    const digestId = await freezeDigestFor(stage.ctx);
    let mostConnections = 0;
    stage.witness.behave = () => {
      mostConnections = Math.max(mostConnections, stage.witness.connections());
      return undefined;
    };
    const delivery = await startDelivery(stage.ctx);
    try {
      await stage.until(async () => (await stage.totals(digestId)).accepted === 1_000, 60_000);
      expect(await senders()).toBe(2);
    } finally {
      await delivery.stop();
    }
    const readers = stage.witness.seen().map(({ to }) => to);
    expect(readers).toHaveLength(1_000);
    expect(new Set(readers).size).toBe(1_000);
    expect(mostConnections).toBeGreaterThan(2); // both send
    expect(mostConnections).toBeLessThanOrEqual(4);
  });

  test('has no more of them than the relay allows it connections', async () => {
    stage = await openOutboxStage('connections=1', { BRIEFING_SENDER_THREADS: '3' });
    await addReaders(stage.ctx, 50);
    const digestId = await freezeDigestFor(stage.ctx);
    const delivery = await startDelivery(stage.ctx);
    try {
      await stage.until(async () => (await stage.totals(digestId)).accepted === 50, 60_000);
      expect(await senders()).toBe(1);
    } finally {
      await delivery.stop();
    }
  });
});

/** Each sender listens for leavers on a connection of its own. */
async function senders(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'briefing leavers'`.execute(stage.ctx.db);
  return rows[0]?.count ?? 0;
}
