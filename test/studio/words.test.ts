import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { languages, messageKeys } from '#src/locales';
import { openNewsroom } from '../digests/newsroom.js';
import { startApp, type TestApp } from '../support/app.js';
import { addReaders, freezeDigestFor } from '../support/frozen-digest.js';
import { openDesk } from './desk.js';

/** The words of closed lists: all of ours have a text, and those of a newer version, which writes to the same database, break no page. */
let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test.each(languages)('no text of the studio is missing in %s', (language) => {
  expect(studioKeys(language)).toEqual(studioKeys('en'));
});

function studioKeys(language: string): string[] {
  return messageKeys(language)
    .filter((key) => key.startsWith('studio.'))
    .toSorted();
}

test.each([
  ['state', 'digest_state'],
  ['watch.reasons', 'outcome_reason'],
])('every word that the database knows has a text below studio.%s', async (list, type) => {
  const { rows } = await sql<{ word: string }>`SELECT unnest(enum_range(NULL::${sql.id(type)}))::text AS word`.execute(app.ctx.db);
  expectTexts(
    list,
    rows.map(({ word }) => word),
  );
});

test.each([
  ['message', 'message_state_check'],
  ['kind', 'article_kind_check'],
  ['cadence', 'digest_cadence_check'],
  ['slot', 'digest_article_slot_check'],
])('every word that the database allows has a text below studio.%s', async (list, constraint) => {
  const { rows } = await sql<{ rule: string }>`
    SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint WHERE conname = ${constraint}`.execute(app.ctx.db);
  expectTexts(
    list,
    [...(rows[0]?.rule ?? '').matchAll(/'([^']+)'/g)].map(([, word = '']) => word),
  );
});

function expectTexts(list: string, words: string[]): void {
  expect(words.length).toBeGreaterThan(2);
  for (const language of languages)
    expect(messageKeys(language)).toEqual(expect.arrayContaining(words.map((word) => `studio.${list}.${word}`)));
}

test('a word that only a newer version has a text for is shown as it stands', async () => {
  const paths = await writeAsTomorrow();
  for (const language of ['en', 'he']) {
    const desk = await openDesk(app, { language });
    for (const [path, words] of Object.entries(paths)) {
      const { status, html } = await desk.get(path);
      expect([path, status]).toEqual([path, 200]);
      for (const word of words) expect([path, html]).toEqual([path, expect.stringContaining(word)]);
    }
  }
});

/** What a newer version's migrations and programs do; returns the words that each page must show. */
async function writeAsTomorrow(): Promise<Record<string, string[]>> {
  const { db } = app.ctx;
  const newsroom = openNewsroom(app.ctx);
  const article = await newsroom.article();
  await newsroom.article({ id: 'of-tomorrow', kind: 'sponsored', url: undefined });
  await addReaders(app.ctx, 1);
  const newsletter = 'israel-briefing';
  const draft = String((await app.api('POST', '/v1/digests', { newsletter, articles: [article] })).body.id);
  await app.api('POST', `/v1/digests/${draft}/tests`, { to: ['dana@example.org'] });
  const refused = await freezeDigestFor(app.ctx, { state: 'paused' });
  await sql`ALTER TYPE digest_state ADD VALUE 'reconsidered'`.execute(db);
  await sql`ALTER TYPE outcome_reason ADD VALUE 'greylisted'`.execute(db);
  for (const [table, column] of [
    ['message', 'state'],
    ['article', 'kind'],
    ['digest', 'cadence'],
    ['digest_article', 'slot'],
  ] as const)
    await sql`ALTER TABLE ${sql.id(table)} DROP CONSTRAINT ${sql.id(`${table}_${column}_check`)}`.execute(db);

  await sql`UPDATE message SET state = 'held-back'`.execute(db);
  await sql`UPDATE article SET kind = 'satire' WHERE kind = 'sponsored'`.execute(db);
  await sql`UPDATE digest_article SET slot = 'aside'`.execute(db);
  await sql`UPDATE digest SET cadence = 'hourly'`.execute(db);
  const { rows } = await sql<{ id: string }>`
    UPDATE slice SET rejected = 1 WHERE digest_id = ${refused} RETURNING (SELECT max(id) FROM subscriber)::text AS id`.execute(db);
  await sql`INSERT INTO outcome (digest_id, subscriber_id, pass, content_version, slice, state, reason, at)
    VALUES (${refused}, ${rows[0]?.id}, 1, 1, 1, 'rejected', 'greylisted', now())`.execute(db);
  await sql`UPDATE digest SET state = 'reconsidered' WHERE id = ${refused}`.execute(db);
  return {
    '/studio': [],
    '/studio/digests': ['reconsidered', 'hourly'],
    '/studio/articles': ['satire'],
    [`/studio/digests/${draft}`]: ['aside', 'hourly'],
    [`/studio/digests/${draft}/review`]: ['hourly'],
    [`/studio/digests/${draft}/test`]: ['held-back'],
    [`/studio/digests/${refused}`]: ['reconsidered', 'greylisted'],
    '/articles/of-tomorrow': ['satire'],
  };
}
