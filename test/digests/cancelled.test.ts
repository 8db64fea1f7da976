import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cancelDigest } from '#src/digests/cancel-digest';
import { publishDue } from '#src/digests/publish-due';
import { digestTotals } from '#src/outbox/ledger';
import { leaseSlice } from '#src/outbox/lease-slice';
import { startApp, type TestApp } from '../support/app.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openDesk } from '../studio/desk.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await addReaders(app.ctx, 450);
});
afterAll(() => app.close());

async function waitingGauge(): Promise<string | undefined> {
  return /^briefing_digest_waiting (\d+)/m.exec(await (await app.fetch('/metrics')).text())?.[1];
}

const openSlices = async (id: string): Promise<number> =>
  (await app.ctx.db.selectFrom('slice').select('n').where('digest_id', '=', id).where('closed', '=', false).execute()).length;

test('what was cancelled is no backlog any more, once nobody holds it, and its readers are still accounted for', async () => {
  const id = await freezeDigestFor(app.ctx);
  const lease = await leaseSlice(app.ctx.db, { owner: 'a sender', relay: 'relay', leaseSeconds: 30 });
  expect([lease?.digestId, await openSlices(id), await waitingGauge()]).toEqual([id, 3, '450']);
  await cancelDigest(app.ctx, id);
  await publishDue(app.ctx);
  expect(await openSlices(id)).toBe(1); // its sender is still at work on a message
  await app.ctx.db.updateTable('slice').set({ owner: null, lease_until: null }).where('digest_id', '=', id).execute();
  await publishDue(app.ctx);
  expect([await openSlices(id), await waitingGauge()]).toEqual([0, '0']);
  expect(await digestTotals(app.ctx.db, id)).toMatchObject({ frozen: 450, waiting: 450, accepted: 0 });
  const { html } = await (await openDesk(app)).get(`/studio/digests/${id}`);
  expect([html.includes('<dt>Not sent</dt>'), html.includes('<dt>Waiting</dt>')]).toEqual([true, false]);
});

test('what was cancelled while no clock ran is closed however late one comes', async () => {
  const id = await freezeDigestFor(app.ctx);
  await cancelDigest(app.ctx, id);
  app.clock.now = new Date(app.clock.now.getTime() + 40 * 24 * 3_600_000);
  await publishDue(app.ctx);
  expect([await openSlices(id), await waitingGauge()]).toEqual([0, '0']);
});

test('a digest that is paused keeps its slices', async () => {
  const id = await freezeDigestFor(app.ctx, { state: 'paused' });
  await publishDue(app.ctx);
  expect(await openSlices(id)).toBe(3);
});
