import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const store = (id: string, more: object) =>
    app.api('PUT', `/v1/articles/${id}`, { headline: id, datePublished: '2026-11-17T06:00:00Z', articleBody: ['Text.'], ...more });
  await store('peace', { headline: 'Netanyahu weighs a peace plan', articleSection: 'Politics', datePublished: '2026-11-18T06:00:00Z' });
  await store('water', { headline: 'Water flows', description: 'Into the Sea of Galilee', keywords: ['Kinneret'] });
  await store('sport', { headline: 'A plan for peaceful stadiums', articleSection: 'sport', articleBody: ['Netanya won.'] });
  await store('hebrew', { headline: 'צה"ל נערך בצפון', articleBody: ['הממשלה דנה בתקציב'] });
  for (let n = 0; n < 7; n += 1) await store(`same-${n}`, { datePublished: '2026-11-10T06:00:00Z' });
});
afterAll(() => app.close());

async function idsOf(query: string): Promise<string[]> {
  const { status, body } = await app.api('GET', `/v1/articles?${query}`);
  expect(status).toBe(200);
  return body.items.map(({ id }: { id: string }) => id);
}

const found = (words: string) => idsOf(`q=${encodeURIComponent(words)}`);

describe('GET /v1/articles', () => {
  test('lists newest first, page by page, each once', async () => {
    const all = await idsOf('');
    expect(all[0]).toBe('peace');
    expect(all).toHaveLength(11);
    const walked: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await app.api('GET', `/v1/articles?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      walked.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    }
    expect(walked).toEqual(all);
  });

  test('finds words, beginnings of the last word, phrases and exclusions, in English and Hebrew', async () => {
    expect(await found('netanyahu')).toEqual(['peace']);
    expect((await found('netany')).toSorted()).toEqual(['peace', 'sport']);
    expect(await found('netany plan')).toEqual([]);
    expect((await found('plan pea')).toSorted()).toEqual(['peace', 'sport']);
    expect(await found('"peace plan"')).toEqual(['peace']);
    expect(await found('"peace plan')).toEqual(['peace']);
    expect(await found('plan -peace')).toEqual(['sport']);
    expect(await found('galilee kinn')).toEqual(['water']);
    expect(await found('ממשלה')).toEqual(['hebrew']);
    expect(await found('תקציב ממש')).toEqual(['hebrew']);
    expect(await found('ממשלה -תקציב')).toEqual(['hebrew']);
    expect(await found('plan -stadiums')).toEqual(['peace']);
    expect(await found('הממש')).toEqual(['hebrew']);
    expect(await found('צה"ל')).toEqual(['hebrew']);
    expect(await found('צה״ל בצפ')).toEqual(['hebrew']);
    expect((await found('galilee or stadiums')).toSorted()).toEqual(['sport', 'water']);
  });

  test.each([
    '',
    ' ',
    '"',
    '-',
    "'",
    "' | '",
    ':*',
    '!',
    '&',
    '\\',
    '%',
    'a:*b',
    '\u0000',
    '<->',
    'or',
    "o'r ( )",
    'שָׁלוֹם',
    'e\u0301te\u0301',
    '\u0301',
    '٣',
    '𝒳 𝒳',
    'ªº',
    '가나',
    '١٢ a',
    'a\u{E000}b',
    '½',
  ])('survives the words %j', async (words) => {
    expect((await app.api('GET', `/v1/articles?q=${encodeURIComponent(words)}`)).status).toBe(200);
  });

  test('filters by section, whatever its case', async () => {
    expect(await idsOf('section=politics')).toEqual(['peace']);
    expect(await idsOf('section=Sport&q=won')).toEqual(['sport']);
  });

  test('tells what is in no digest that left', async () => {
    const newsletter = await app.ctx.db
      .selectFrom('newsletter')
      .select('id')
      .where('slug', '=', 'israel-briefing')
      .executeTakeFirstOrThrow();
    for (const [id, state] of [
      ['peace', 'finished'],
      ['water', 'draft'],
      ['sport', 'cancelled'],
    ] as const) {
      const digest = await app.ctx.db
        .insertInto('digest')
        .values({ newsletter_id: newsletter.id, state })
        .returning('id')
        .executeTakeFirstOrThrow();
      await app.ctx.db.insertInto('digest_article').values({ digest_id: digest.id, position: 1, article_id: id }).execute();
    }
    expect(await idsOf('unused=false')).toEqual(['peace']);
    const unused = await idsOf('unused=true');
    expect(unused).toHaveLength(10);
    expect(unused).not.toContain('peace');
  });

  test.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'cursor=!!',
    `cursor=${btoa('{"datePublished":"0000-01-01T00:00:00Z","id":"a"}')}`,
    'unused=maybe',
    'sort=asc',
  ])('refuses ?%s', async (query) => expect((await app.api('GET', `/v1/articles?${query}`)).status).toBe(422));
});
