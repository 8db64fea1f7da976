import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type DeafProxy, openDeafProxy } from '../support/deaf-proxy.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

let stage: OutboxStage;
let proxy: DeafProxy | undefined;
afterEach(async () => {
  await stage.close();
  await proxy?.close();
});

/** When each address was named to the relay; a hundred a second. */
function watchRecipients(): Map<string, number> {
  const named = new Map<string, number>();
  stage.witness.behave = async (step, to) => {
    if (step === 'RCPT') named.set(to, Date.now());
    if (step === 'dot') await wait(40);
    return undefined;
  };
  return named;
}

const leave = (id: number) => sql`UPDATE subscription SET state = 'left' WHERE subscriber_id = ${id}`.execute(stage.ctx.db);
const openOf = async (digestId: string): Promise<number> => {
  const { waiting, sending } = await stage.totals(digestId);
  return waiting + sending;
};

test('whoever leaves in mid-send is not named to a relay later than a second after', async () => {
  stage = await openOutboxStage('connections=4');
  await addReaders(stage.ctx, 400);
  const digestId = await freezeDigestFor(stage.ctx);
  const named = watchRecipients();
  stage.startSenders(1);
  await stage.until(() => named.size > 20);
  const left = new Map<string, number>();
  for (let id = 60; id <= 400; id += 10) {
    await leave(id);
    left.set(`r${id}@example.org`, Date.now());
    await wait(20);
  }
  await stage.until(async () => (await openOf(digestId)) === 0);
  const late = [...left].filter(([address, at]) => (named.get(address) ?? 0) > at + 1_000);
  expect(late).toEqual([]);
  const { accepted, skipped } = await stage.totals(digestId);
  expect(skipped).toBeGreaterThan(20);
  expect(accepted + skipped).toBe(400);
});

test('a sender that cannot hear who leaves sends to nobody, and knows who left when it hears again', async () => {
  stage = await openOutboxStage('connections=4', {}, async (url) => (proxy = await openDeafProxy(url)).url);
  await addReaders(stage.ctx, 600);
  const digestId = await freezeDigestFor(stage.ctx);
  const named = watchRecipients();
  stage.startSenders(1);
  await stage.until(() => named.size > 20);
  proxy?.cut();
  const cutAt = Date.now();
  await wait(1_500);
  const gone = [300, 350, 400, 599, 600];
  for (const id of gone) await leave(id);
  await wait(1_500);
  const deaf = [...named.values()].filter((at) => at > cutAt + 1_100);
  expect(deaf).toEqual([]);
  expect(await openOf(digestId)).toBeGreaterThan(300);

  proxy?.restore();
  await stage.until(async () => (await openOf(digestId)) === 0, 30_000);
  expect(gone.filter((id) => named.has(`r${id}@example.org`))).toEqual([]);
  expect(await stage.totals(digestId)).toMatchObject({ accepted: 595, skipped: 5 });
});
