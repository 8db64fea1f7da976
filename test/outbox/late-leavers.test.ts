import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { leaseSlice } from '#src/outbox/lease-slice';
import { type Leavers, openLeavers } from '#src/outbox/leavers';
import { openMessageSender } from '#src/outbox/message-sender';
import { newOwner } from '#src/outbox/owner';
import { watchLeavers } from '#src/outbox/watch-leavers';
import { askLatest } from '#src/subscribers/ask-latest';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

/** Whoever leaves at the last moment: between two steps, beside a relay that takes its time, while nobody listens. */
let stage: OutboxStage;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await stage?.close();
});

const leave = (id: string) => sql`UPDATE subscription SET state = 'left' WHERE subscriber_id = ${id}`.execute(stage.ctx.db);

test('who leaves while the relay takes its time to ask for the body gets no message', async () => {
  stage = await openOutboxStage('connections=1');
  await addReaders(stage.ctx, 3);
  const digestId = await freezeDigestFor(stage.ctx);
  const observer = openLeavers(stage.ctx.config.databaseUrl);
  closing.push(() => observer.close());
  await observer.isFresh(5_000);
  stage.witness.behave = async (step, to) => {
    if (step !== 'DATA' || !to.startsWith('r2@')) return undefined;
    await leave('2');
    await stage.until(() => observer.hasLeft('1', '2'));
    await wait(300); // the sender hears it by another line than the test
    return undefined;
  };
  await stage.drain();
  expect(stage.witness.seen().map(({ to }) => to)).toEqual(['r1@example.org', 'r3@example.org']);
  expect(await stage.totals(digestId)).toMatchObject({ accepted: 2, skipped: 1, unknown: 0 });
});

test('the latest digest, asked for and put off, is not sent to who has left meanwhile', async () => {
  stage = await openOutboxStage('connections=1');
  await addReaders(stage.ctx, 2);
  const digestId = await freezeDigestFor(stage.ctx);
  for (const reader of ['1', '2']) expect(await askLatest(stage.ctx, reader, digestId)).toBe('asked');
  stage.witness.behave = (step) => (step === 'RCPT' ? '451 4.3.0 later' : undefined);
  await drainMessages();
  await leave('1');
  await sql`UPDATE message SET not_before = now()`.execute(stage.ctx.db);
  stage.witness.behave = () => undefined;
  await drainMessages();
  expect(stage.witness.seen().map(({ to }) => to)).toEqual(['r2@example.org']);
  const { rows } = await sql`SELECT state, reason FROM message ORDER BY id`.execute(stage.ctx.db);
  expect(rows).toEqual([
    { state: 'skipped', reason: 'unsubscribed' },
    { state: 'accepted', reason: null },
  ]);
});

async function drainMessages(): Promise<void> {
  const sender = openMessageSender(stage.ctx);
  await sender.drain();
  await sender.stop(5_000);
}

describe('a gap in what is heard', () => {
  /** What the listener says, by the test's hand. */
  const said = { generation: 1, isFresh: true };
  const leavers: Leavers = {
    hasLeft: () => false,
    isFresh: async () => said.isFresh,
    generation: () => said.generation,
    close: async () => undefined,
  };
  const open = async () => {
    stage = await openOutboxStage('connections=1');
    await addReaders(stage.ctx, 3);
    await freezeDigestFor(stage.ctx);
    const owner = newOwner(stage.ctx.config.dataDir);
    const lease = await leaseSlice(stage.ctx.db, { owner, relay: 'a', leaseSeconds: 60 });
    Object.assign(said, { generation: 1, isFresh: true });
    return watchLeavers({ leavers, db: stage.ctx.db }, lease!);
  };
  const reader = (subscriberId: string) => ({ subscriberId }) as Parameters<Awaited<ReturnType<typeof open>>['hasLeft']>[0];

  test('that comes after the watch was opened makes the rows be read again, once for all who ask', async () => {
    const watch = await open();
    await leave('2');
    said.generation += 1;
    expect(await Promise.all(['1', '2', '3'].map((id) => watch.hasLeft(reader(id))))).toEqual([false, true, false]);
  });

  test('and a line that goes deaf while they are read leave nobody who can say', async () => {
    const watch = await open();
    said.generation += 1;
    const deaf = watch.hasLeft(reader('1'));
    said.isFresh = false;
    expect(await deaf).toBeNull();
  });
});

test('a database that takes the line and says nothing is asked again, by one line at a time, and close does not wait for it', async () => {
  const sockets = new Set<Socket>();
  let tried = 0;
  const silent = createServer((socket) => {
    tried += 1;
    sockets.add(
      socket
        .resume()
        .on('error', () => undefined)
        .on('close', () => sockets.delete(socket)),
    );
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  closing.push(async () => void silent.close());
  stage = await openOutboxStage('connections=1');
  const leavers = openLeavers(`postgres://nobody@127.0.0.1:${(silent.address() as AddressInfo).port}/none`);
  await stage.until(() => tried >= 2, 15_000);
  await stage.until(() => sockets.size <= 1);
  await leavers.close();
  await stage.until(() => sockets.size === 0);
});
