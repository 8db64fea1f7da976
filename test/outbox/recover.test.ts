import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Context, openContext } from '#src/context';
import type { Lease } from '#src/outbox/delivery';
import { journalFile, journalFolder, openJournal } from '#src/outbox/journal';
import { listDeliveries } from '#src/outbox/list-deliveries';
import { digestTotals } from '#src/outbox/ledger';
import { leaseSlice } from '#src/outbox/lease-slice';
import { offerEvidence } from '#src/outbox/offer-evidence';
import { newOwner } from '#src/outbox/owner';
import { recordOutcomes } from '#src/outbox/record-outcomes';
import { recover } from '#src/outbox/recover';
import { testConfig } from '../support/config.js';
import { createDatabase } from '../support/database.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';

let ctx: Context;
let drop: () => Promise<void>;
let digestId: string;

beforeEach(async () => {
  const database = await createDatabase();
  drop = database.drop;
  ctx = openContext(testConfig(database.url), 'test');
  await addReaders(ctx, 4);
  digestId = await freezeDigestFor(ctx);
});

afterEach(async () => {
  await ctx.close();
  await drop();
});

/** The owner's name with another process number: one that is certainly dead. */
function deadOwner(): string {
  const parts = newOwner(ctx.config.dataDir).split('/');
  parts[3] = '4194305'; // beyond the kernel's highest
  return parts.join('/');
}

async function lease(owner: string): Promise<Lease> {
  const leased = await leaseSlice(ctx.db, { owner, relay: 'relay', leaseSeconds: 30 });
  if (!leased) throw new Error('nothing to lease');
  return leased;
}

const accepted = { state: 'accepted', reason: null, at: new Date(), retryAfterMs: null, reply: null } as const;
const journalOf = (held: Lease) => openJournal(ctx.config.dataDir, held, `slice/${held.digestId}/${held.n}/${held.pass}`);
const states = async () => (await listDeliveries(ctx.db, digestId, { limit: 10 })).map(({ state }) => state);

describe('taking back what a dead sender held', () => {
  test('a reply is its outcome, a dot without one is unknown, no dot waits again', async () => {
    const journal = journalOf(await lease(deadOwner()));
    journal.mayWriteDot('1');
    journal.reply('1', accepted);
    journal.mayWriteDot('2');
    expect(await recover(ctx)).toBe(1);
    expect(await states()).toEqual(['accepted', 'unknown', 'waiting', 'waiting']);
    expect(existsSync(journalFile(ctx.config.dataDir, '1'))).toBe(false);
    expect(await recover(ctx)).toBe(0);
  });

  test('a lease whose journal was never opened was never used, and its owner cannot open it any more', async () => {
    const held = await lease(deadOwner());
    expect(await recover(ctx)).toBe(1);
    expect(await states()).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
    const again = await lease(newOwner(ctx.config.dataDir));
    expect(BigInt(again.fence)).toBeGreaterThan(BigInt(held.fence));
    expect(again.pass).toBe(held.pass + 1);
  });

  test('a living owner keeps its lease until it is over; then its dots are refused, its late flush is not taken', async () => {
    const held = await lease(newOwner(ctx.config.dataDir));
    const journal = journalOf(held);
    expect(await recover(ctx)).toBe(0);
    expect(journal.mayWriteDot('1')).toBe(true);
    await sql`UPDATE slice SET lease_until = now() - interval '1 second'`.execute(ctx.db);
    expect(await recover(ctx)).toBe(1);
    expect(journal.mayWriteDot('2')).toBe(false);
    expect(await recordOutcomes(ctx.db, held, [{ subscriberId: '1', ...accepted }], { keep: true })).toBe(false);
    expect(await states()).toEqual(['unknown', 'waiting', 'waiting', 'waiting']);

    journal.reply('1', accepted); // the answer to the dot that had left, heard after the sleep
    expect(await offerEvidence(ctx)).toBe(1);
    expect(await states()).toEqual(['accepted', 'waiting', 'waiting', 'waiting']);
    const { rows } = await sql<{ state: string }>`SELECT state FROM outcome WHERE subscriber_id = 1 ORDER BY pass`.execute(ctx.db);
    expect(rows.map(({ state }) => state)).toEqual(['unknown', 'accepted']);
  });

  test('a lease of another machine waits three minutes, then its open readers are unknown', async () => {
    const elsewhere = ['other', ...newOwner(ctx.config.dataDir).split('/').slice(1)].join('/');
    await lease(elsewhere);
    await sql`UPDATE slice SET lease_until = now() - interval '2 minutes'`.execute(ctx.db);
    expect(await recover(ctx)).toBe(0);
    await sql`UPDATE slice SET lease_until = now() - interval '4 minutes'`.execute(ctx.db);
    expect(await recover(ctx)).toBe(1);
    expect(await digestTotals(ctx.db, digestId)).toMatchObject({ unknown: 4, waiting: 0 });
  });

  test('a torn last line counts for nothing', async () => {
    const held = await lease(deadOwner());
    mkdirSync(journalFolder(ctx.config.dataDir), { recursive: true });
    const lines = [
      `0`,
      `lease ${held.owner} slice/${held.digestId}/1/1`,
      'dot 1',
      `reply 1 ${JSON.stringify(accepted)}`,
      'dot 2',
      'reply 2 {"state":"acc',
    ];
    writeFileSync(journalFile(ctx.config.dataDir, held.serial), lines.join('\n'));
    await recover(ctx);
    expect((await states()).slice(0, 2)).toEqual(['accepted', 'unknown']);
  });

  test('recovering a slice that was deferred and recorded before adds nothing twice', async () => {
    const held = await lease(deadOwner());
    const journal = journalOf(held);
    const deferred = { ...accepted, state: 'deferred', reason: 'relay', retryAfterMs: 0, reply: '451 later' } as const;
    journal.mayWriteDot('1');
    journal.reply('1', deferred);
    expect(await recordOutcomes(ctx.db, held, [{ subscriberId: '1', ...deferred }], { keep: true })).toBe(true);
    expect(await recover(ctx)).toBe(1);
    expect(await digestTotals(ctx.db, digestId)).toMatchObject({ deferred: 1, waiting: 3, frozen: 4 });
  });
});
