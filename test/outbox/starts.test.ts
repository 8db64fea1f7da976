import { afterEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { openStarts } from '#src/outbox/starts';
import { openOutboxStage, type OutboxStage } from '../support/outbox-stage.js';

let stage: OutboxStage;
afterEach(() => stage.close());

/** The starts of one relay, and the lines that they log. */
function startsOf({ ctx }: OutboxStage) {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  let answers = 0;
  const key = { relay: 'relay.example', domain: '' };
  const starts = openStarts({ db: ctx.db, log, key, rate: () => 10, onAnswer: () => (answers += 1) });
  return { starts, lines, answered: () => answers > 0 };
}

test('whoever may not reserve is told of, each time, and goes on as soon as it may', async () => {
  stage = await openOutboxStage('connections=1');
  const { starts, lines } = startsOf(stage);
  await stage.ctx.pool.query('ALTER TABLE pace RENAME TO elsewhere');
  await stage.until(() => starts.waitMs(1) >= 0 && lines.length > 1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, relay: 'relay.example', error: expect.stringContaining('pace') });
  await stage.ctx.pool.query('ALTER TABLE elsewhere RENAME TO pace');
  await stage.until(() => starts.waitMs(1) === 0);
});

test('a database that is away is nobody’s news here', async () => {
  stage = await openOutboxStage('connections=1', {}, async () => 'postgres://nobody@127.0.0.1:1/nothing');
  const { starts, lines, answered } = startsOf(stage);
  await stage.until(() => starts.waitMs(1) >= 0 && answered());
  expect(lines).toEqual([]);
  expect(starts.waitMs(1)).toBe(Infinity);
});
