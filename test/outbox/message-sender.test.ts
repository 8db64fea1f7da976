import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { journalFile, journalFolder } from '#src/outbox/journal';
import { openMessageSender } from '#src/outbox/message-sender';
import { recoverMessages } from '#src/outbox/recover-messages';
import { openSender } from '#src/outbox/sender';
import { askLatest } from '#src/subscribers/ask-latest';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';
import { type ScriptedSmtp, startScriptedSmtp } from '../support/scripted-smtp.js';

let stage: OutboxStage;
let relay: ScriptedSmtp | undefined;
afterEach(async () => {
  await stage.close();
  await relay?.close();
});

test('a message whose journal found no room is recovered and sent when there is room, by a process that never died', async () => {
  stage = await openOutboxStage('connections=1', { BRIEFING_LEASE_SECONDS: '2', LOG_LEVEL: 'silent' });
  const { ctx } = stage;
  await addReaders(ctx, 1);
  await askLatest(ctx, '1', await freezeDigestFor(ctx));
  const taken = ['1', '2', '3'].map((serial) => journalFile(ctx.config.dataDir, serial));
  mkdirSync(journalFolder(ctx.config.dataDir), { recursive: true });
  for (const file of taken) writeFileSync(file, '');
  const sender = openMessageSender(ctx);
  const running = sender.run();
  const stateIs = (state: string) => async () => {
    await recoverMessages(ctx);
    sender.wake();
    const { rows } = await sql`SELECT FROM message WHERE state = ${state}`.execute(ctx.db);
    return rows.length === 1;
  };
  await stage.until(stateIs('sending'));
  for (const file of taken) rmSync(file, { force: true });
  await stage.until(stateIs('accepted'));
  expect(stage.witness.seen()).toHaveLength(1);
  await sender.stop(1_000);
  await running;
});

test('a relay that never answers RSET keeps nobody from stopping', async () => {
  relay = await startScriptedSmtp({
    script: { RCPT: { say: '550 5.1.1 no\r\n' }, DATA: { say: '503 no\r\n' }, RSET: { say: '', next: 'silence' } },
  });
  const { port, commands } = relay;
  stage = await openOutboxStage('connections=1', { SMTP_URL: `smtp://127.0.0.1:${port}?connections=1`, LOG_LEVEL: 'silent' });
  await addReaders(stage.ctx, 3);
  const digestId = await freezeDigestFor(stage.ctx);
  const sender = openSender(stage.ctx.config, stage.ctx.log, stage.ctx.now);
  const running = sender.run();
  await stage.until(() => commands.some((command) => command.startsWith('RSET')));
  const stopping = sender.stop(300);
  await Promise.race([stopping, stage.until(() => false, 5_000)]);
  await running;
  expect(await stage.totals(digestId)).toMatchObject({ rejected: 1, waiting: 2, sending: 0 });
});
