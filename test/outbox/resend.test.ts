import { afterEach, expect, test } from '@jest/globals';
import { resendUnknown } from '#src/digests/resend-unknown';
import { openMessageSender } from '#src/outbox/message-sender';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

let stage: OutboxStage;
afterEach(() => stage.close());

async function drainMessages(): Promise<void> {
  const sender = openMessageSender(stage.ctx);
  await sender.drain();
  await sender.stop(5_000);
}

/** Reader 1 and 2 are unknown, 3 is accepted, 4 is unknown and has left. */
async function withUnknowns(): Promise<string> {
  stage = await openOutboxStage('connections=2');
  await addReaders(stage.ctx, 4);
  const digestId = await freezeDigestFor(stage.ctx);
  stage.witness.behave = (step, to) => (step === 'dot' && !to.startsWith('r3@') ? 'drop' : undefined);
  for (let round = 0; round < 5; round += 1) {
    await stage.drain();
    await stage.ctx.db
      .updateTable('slice')
      .set({ not_before: new Date(0) })
      .execute();
  }
  expect(await stage.totals(digestId)).toMatchObject({ accepted: 1, unknown: 3 });
  await stage.ctx.db.updateTable('subscription').set({ state: 'left' }).where('subscriber_id', '=', '4').execute();
  stage.witness.behave = () => undefined;
  return digestId;
}

test('a person sends unknown deliveries again, each once, with the Message-ID of the first', async () => {
  const digestId = await withUnknowns();
  const before = stage.witness.seen();
  expect(await resendUnknown(stage.ctx, digestId, ['1', '3', '4', '1', '77'])).toEqual([
    { subscriberId: '1', result: 'queued' },
    { subscriberId: '3', result: 'not-unknown' },
    { subscriberId: '4', result: 'gone' },
    { subscriberId: '77', result: 'not-unknown' },
  ]);
  await drainMessages();
  const all = stage.witness.seen();
  expect(all).toHaveLength(before.length + 1);
  expect(all.at(-1)).toMatchObject({ to: 'r1@example.org', messageId: before.find(({ to }) => to === 'r1@example.org')?.messageId });

  expect(await resendUnknown(stage.ctx, digestId, ['1'])).toEqual([{ subscriberId: '1', result: 'again' }]);
  await drainMessages();
  expect(stage.witness.seen()).toHaveLength(all.length);
  expect(await stage.totals(digestId)).toMatchObject({ accepted: 1, unknown: 3 });
});

test('of two who say so at once one does', async () => {
  const digestId = await withUnknowns();
  const both = await Promise.all([resendUnknown(stage.ctx, digestId, ['2']), resendUnknown(stage.ctx, digestId, ['2'])]);
  expect(new Set(both.map(([item]) => item?.result))).toEqual(new Set(['again', 'queued']));
});
