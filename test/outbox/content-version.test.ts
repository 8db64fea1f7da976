import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { leaseSlice } from '#src/outbox/lease-slice';
import { recover } from '#src/outbox/recover';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

let stage: OutboxStage;
afterEach(() => stage.close());

/** A second version of the content, from one moment to the next: a pause and a correction that no sender had the time to notice. */
async function correct(digestId: string): Promise<void> {
  const { db } = stage.ctx;
  const { version, ...content } = await db.selectFrom('content').selectAll().where('digest_id', '=', digestId).executeTakeFirstOrThrow();
  const second = { ...content, version: version + 1, email: JSON.stringify(content.email), rendered: JSON.stringify(content.rendered) };
  await db.insertInto('content').values(second).execute();
  await db
    .updateTable('digest')
    .set({ content_version: version + 1 })
    .where('id', '=', digestId)
    .execute();
}

test('a slice that is under way with the version before is given back, and goes on with the corrected one', async () => {
  stage = await openOutboxStage('connections=4');
  await addReaders(stage.ctx, 400);
  const digestId = await freezeDigestFor(stage.ctx);
  stage.witness.behave = async (step) => {
    if (step === 'dot') await wait(40); // 100 a second: a slice takes two
    return undefined;
  };
  stage.startSenders(1);
  await stage.until(() => stage.witness.seen().length > 40);
  await correct(digestId);
  const correctedAt = new Date();
  await stage.until(async () => (await stage.totals(digestId)).accepted === 400);
  const outcomes = await stage.ctx.db.selectFrom('outcome').select(['content_version', 'at']).where('digest_id', '=', digestId).execute();
  const faulty = outcomes.filter(({ content_version }) => content_version === 1);
  expect(faulty.length).toBeGreaterThan(0);
  expect(faulty.filter(({ at }) => at.getTime() > correctedAt.getTime() + 2_000)).toEqual([]);
  expect(outcomes.length - faulty.length).toBeGreaterThan(100);
});

test('what is recovered names the version that it was leased with', async () => {
  stage = await openOutboxStage('connections=1');
  await addReaders(stage.ctx, 2);
  const digestId = await freezeDigestFor(stage.ctx);
  await leaseSlice(stage.ctx.db, { owner: 'elsewhere/boot/namespace/1/1/abc', relay: 'relay', leaseSeconds: 1 });
  await correct(digestId);
  await sql`UPDATE slice SET lease_until = now() - interval '1 hour'`.execute(stage.ctx.db);
  expect(await recover(stage.ctx)).toBe(1);
  const outcomes = await stage.ctx.db.selectFrom('outcome').select(['state', 'content_version']).execute();
  expect(outcomes).toEqual([
    { state: 'unknown', content_version: 1 },
    { state: 'unknown', content_version: 1 },
  ]);
});
