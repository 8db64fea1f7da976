import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DigestState } from '#src/db/tables';
import { type Move, moves } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { moveDigest } from '#src/digests/move-digest';
import { Refusal } from '#src/errors';
import { startApp, type TestApp } from '../support/app.js';
import { openNewsroom } from './newsroom.js';

const states: DigestState[] = ['draft', 'scheduled', 'frozen', 'holding', 'sending', 'paused', 'finished', 'cancelled', 'skipped'];
const all = Object.keys(moves) as Move[];

let app: TestApp;
let newsletterId: string;
beforeAll(async () => {
  app = await startApp();
  newsletterId = await openNewsroom(app.ctx).newsletterId();
});
afterAll(() => app.close());

async function digestIn(state: DigestState): Promise<string> {
  const row = await app.ctx.db
    .insertInto('digest')
    .values({ newsletter_id: newsletterId, state })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

describe.each(all)('the move "%s"', (move) => {
  test.each(states)(`from %s is allowed or refused as the table says`, async (state) => {
    const digestId = await digestIn(state);
    const allowed: readonly DigestState[] = moves[move].from;
    if (allowed.includes(state)) {
      await moveDigest(app.ctx.db, digestId, move);
      expect(await findDigest(app.ctx.db, digestId)).toMatchObject({ state: moves[move].to, version: 2 });
    } else {
      const refused = moveDigest(app.ctx.db, digestId, move);
      await expect(refused).rejects.toThrow(`A digest that is ${state} cannot be`);
      await expect(refused).rejects.toBeInstanceOf(Refusal);
      expect(await findDigest(app.ctx.db, digestId)).toMatchObject({ state, version: 1 });
    }
  });
});

test('nothing follows the end of a digest', () => {
  const final: DigestState[] = ['finished', 'cancelled', 'skipped'];
  expect(
    Object.values(moves)
      .flatMap(({ from }) => from as readonly DigestState[])
      .filter((state) => final.includes(state)),
  ).toEqual([]);
});
