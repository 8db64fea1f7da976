import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { runCli } from '#src/cli/run-cli';
import { openMessageSender } from '#src/outbox/message-sender';
import { behindItsJournals, BehindItsJournals, openSerialGuard } from '#src/outbox/serial-guard';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

let stage: OutboxStage;
beforeEach(async () => {
  stage = await openOutboxStage('connections=2', { LOG_LEVEL: 'silent' });
  await addReaders(stage.ctx, 3);
});
afterEach(() => stage.close());

async function briefing(...words: string[]): Promise<{ code: number; out: string }> {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const { config } = stage.ctx;
  const environment = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: config.databaseUrl,
    SMTP_URL: config.smtpUrl,
    SECRET_KEY: config.keys.secret,
    PUBLIC_URL: config.publicUrl,
    DATA_DIR: config.dataDir,
  };
  const code = await runCli(words, { ...streams, environment });
  return { code, out: String(streams.stdout.read() ?? '') };
}

async function drainMessages(): Promise<void> {
  const sender = openMessageSender(stage.ctx);
  await sender.drain();
  await sender.stop(5_000);
}

test('a database that was restored from a snapshot sends nothing until an operator raises the epoch', async () => {
  await freezeDigestFor(stage.ctx);
  const { rows } = await sql<{ before: string }>`SELECT last_value AS before FROM lease_serial`.execute(stage.ctx.db);
  await stage.drain();
  expect(stage.witness.seen()).toHaveLength(3);
  await sql`SELECT setval('lease_serial', ${rows[0]?.before}, false)`.execute(stage.ctx.db); // as the snapshot had it

  const forgotten = await freezeDigestFor(stage.ctx);
  const message = { kind: 'resend', subscriber_id: '1', subscription_id: '1', digest_id: forgotten, newsletter_id: '1' } as const;
  await stage.ctx.db.insertInto('message').values(message).execute();
  await stage.drain();
  await drainMessages();
  expect(stage.witness.seen()).toHaveLength(3);
  expect(await stage.totals(forgotten)).toMatchObject({ waiting: 3 });
  expect(await behindItsJournals(stage.ctx.db, stage.ctx.config.dataDir)).not.toBeNull();
  expect((await briefing('doctor')).out).toContain('briefing epoch raise');

  expect((await briefing('epoch', 'raise', '--no-input')).code).toBe(1);
  await stage.drain();
  expect(stage.witness.seen()).toHaveLength(3);
  expect(await briefing('epoch', 'raise', '--yes')).toEqual({ code: 0, out: '2\n' });
  await stage.drain();
  await drainMessages();
  expect(stage.witness.seen()).toHaveLength(7);
  expect((await briefing('doctor')).out).not.toContain('briefing epoch raise');
});

test('another database, and a lease ahead of all, are admitted; the guard says what it saw', async () => {
  const { db, config } = stage.ctx;
  const guard = openSerialGuard(db, config.dataDir);
  await guard.admit();
  guard.note({ serial: '500' });
  await expect(guard.admit()).rejects.toThrow(BehindItsJournals);
  await sql`SELECT setval('lease_serial', 500)`.execute(db);
  await guard.admit();
  guard.note({ serial: '499' });
  await sql`SELECT setval('lease_serial', 499)`.execute(db);
  await expect(guard.admit()).rejects.toThrow(/given out 499 leases, but this machine has held lease 500/);
  await sql`UPDATE epoch SET database = gen_random_uuid()`.execute(db);
  await guard.admit();
});
