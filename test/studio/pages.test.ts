import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import { freezeDigest } from '#src/digests/freeze-digest';
import { t } from '#src/locales';
import { openNewsroom } from '../digests/newsroom.js';
import { startApp, type TestApp } from '../support/app.js';
import { freezeDigestFor } from '../support/frozen-digest.js';
import { type Desk, openDesk } from './desk.js';

const validator = new HtmlValidate({
  extends: ['html-validate:recommended', 'html-validate:a11y'],
  rules: {
    'doctype-style': 'off',
    'form-dup-name': 'off', // a form may have two buttons of one name
    'void-style': 'off',
    'long-title': 'off',
    'no-trailing-whitespace': 'off',
    'no-implicit-button-type': 'off',
    'no-autofocus': 'off',
    'prefer-native-element': 'off',
    'no-inline-style': 'error',
    'valid-id': ['error', { relaxed: true }],
    'meta-refresh': 'off', // without script the page of a running send asks again by itself
  },
});

const hostile = `<script>alert(1)</script>"'&{{7*7}}<%= 7 %>`;
let app: TestApp;
let newsroom: ReturnType<typeof openNewsroom>;
const desks: Record<string, Desk> = {};
const paths: Record<string, string> = {};

beforeAll(async () => {
  app = await startApp();
  newsroom = openNewsroom(app.ctx);
  const reader = await newsroom.reader({ language: 'he' });
  const articles = [
    await newsroom.article({ headline: hostile, notes: ['headline missing'] }),
    await newsroom.article(),
    await newsroom.article(),
  ];
  const withdrawn = await newsroom.article({ withdrawnAt: new Date().toISOString(), inLanguage: 'he', headline: 'כתבה שהוסרה' });
  await app.api('PUT', '/v1/newsletters/israel-briefing/schedules/daily', { at: '06:30' });
  const make = async (more: object): Promise<string> =>
    String(((await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', ...more })).body as { id: string }).id);
  const draft = await make({ articles, note: hostile });
  const blocked = await make({ articles: [withdrawn] });
  const empty = await make({ newsletter: 'israel-briefing-he' });
  const scheduled = await make({ articles, subject: 'Scheduled' });
  await app.api('PUT', `/v1/digests/${scheduled}/schedule`, { at: '2030-01-07T06:30' });
  const held = await make({ articles, subject: 'Held' });
  await app.api('PUT', `/v1/digests/${held}/send`, {});
  await freezeDigest(app.ctx, held);
  const sending = await make({ articles, subject: 'Sending' });
  await app.api('PUT', `/v1/digests/${sending}/send`, { holdSeconds: 0 });
  await freezeDigest(app.ctx, sending);
  const paused = await make({ articles, subject: 'Paused' });
  await app.api('PUT', `/v1/digests/${paused}/send`, { holdSeconds: 0 });
  await freezeDigest(app.ctx, paused);
  await app.api('PUT', `/v1/digests/${paused}/pause`);
  const letter = await make({ articles, corrects: { digestId: sending } });
  const canary = await make({ articles, subject: 'Carefully' });
  await app.api('PUT', `/v1/digests/${canary}/send`, { holdSeconds: 0, canary: true });
  await freezeDigest(app.ctx, canary);
  const skipped = await make({});
  await app.ctx.db
    .updateTable('digest')
    .set({ state: 'skipped', state_reason: 'nothing-new', occasion: 'israel-briefing/daily/2026-01-01' })
    .where('id', '=', skipped)
    .execute();
  await app.ctx.db.updateTable('digest').set({ state_reason: 'checks-blocked: D06, D21' }).where('id', '=', blocked).execute();
  const unknown = await freezeDigestFor(app.ctx, { state: 'paused' });
  await app.ctx.db
    .insertInto('outcome')
    .values({ digest_id: unknown, subscriber_id: reader, pass: 1, content_version: 1, slice: 1, state: 'unknown', at: new Date() })
    .execute();
  await app.ctx.db.updateTable('slice').set({ unknown: 1 }).where('digest_id', '=', unknown).execute();
  Object.assign(paths, {
    today: '/studio',
    articles: '/studio/articles?use=unused',
    'articles that are not found': '/studio/articles?q=nothinglikeit',
    'an article by hand': '/studio/articles/new',
    digests: '/studio/digests',
    draft: `/studio/digests/${draft}?open=${articles[0]}&mode=dark&width=320`,
    'draft as a reader': `/studio/digests/${draft}?subscriber=${reader}`,
    'draft as nobody': `/studio/digests/${draft}?subscriber=999999`,
    'draft as text': `/studio/digests/${draft}?as=text&done=moved&place=2`,
    blocked: `/studio/digests/${blocked}`,
    empty: `/studio/digests/${empty}`,
    review: `/studio/digests/${draft}/review`,
    'review of a blocked one': `/studio/digests/${blocked}/review`,
    scheduled: `/studio/digests/${scheduled}`,
    test: `/studio/digests/${draft}/test`,
    held: `/studio/digests/${held}`,
    sending: `/studio/digests/${sending}`,
    paused: `/studio/digests/${paused}`,
    correction: `/studio/digests/${paused}/correction`,
    'a correction to those who had it': `/studio/digests/${letter}`,
    'with the first readers ahead': `/studio/digests/${canary}`,
    unknown: `/studio/digests/${unknown}`,
    skipped: `/studio/digests/${skipped}`,
  });
  for (const language of ['en', 'he']) desks[language] = await openDesk(app, { language });
});
afterAll(() => app.close());

const names = [
  'today',
  'articles',
  'articles that are not found',
  'an article by hand',
  'digests',
  'draft',
  'draft as a reader',
  'draft as nobody',
  'draft as text',
  'blocked',
  'empty',
  'review',
  'review of a blocked one',
  'scheduled',
  'test',
  'held',
  'sending',
  'paused',
  'correction',
  'a correction to those who had it',
  'with the first readers ahead',
  'unknown',
  'skipped',
];

describe.each(['en', 'he'])('in %s', (language) => {
  test.each(names)('the page "%s" is whole, valid and holds nothing foreign', async (name) => {
    const page = await (desks[language] as Desk).get(paths[name] ?? '');
    expect(page.status).toBe(200);
    expect(page.html).toContain(`<html lang="${language}" dir="${language === 'he' ? 'rtl' : 'ltr'}">`);
    expect(page.html.match(/<h1[ >]/g)).toHaveLength(1);
    expect(page.html).not.toMatch(/undefined|\[object|NaN|Invalid Date|[\u{E000}\u{E001}]/u);
    expect(page.html).not.toMatch(/ style=|<style| on[a-z]+="|<script>/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(Buffer.byteLength(page.html)).toBeLessThan(120_000);
    expect(await faultsOf(page.html)).toEqual([]);
  });

  test('signing in is whole and valid too', async () => {
    for (const path of ['/studio/sign-in', '/studio/sign-in/anything']) {
      const html = await (await app.fetch(path, { headers: { accept: 'text/html', 'accept-language': language } })).text();
      expect(html).toContain(`<html lang="${language}"`);
      expect(await faultsOf(html)).toEqual([]);
    }
  });
});

test.each(['en', 'he'])('a reason that only a newer version has words for is shown as it stands, in %s', async (language) => {
  const id = /digests\/(\d+)/.exec(paths['empty'] ?? '')?.[1] ?? '';
  const desk = desks[language] as Desk;
  try {
    await app.ctx.db.updateTable('digest').set({ state_reason: 'of-tomorrow: <b>7</b>' }).where('id', '=', id).execute();
    for (const path of ['/studio', `/studio/digests/${id}`]) {
      const page = await desk.get(path);
      expect([page.status, page.html]).toEqual([200, expect.stringMatching(/<bdi>of-tomorrow<\/bdi> <bdi>\(&lt;b&gt;7&lt;\/b&gt;\)/)]);
      expect(await faultsOf(page.html)).toEqual([]);
    }
    await app.ctx.db.updateTable('digest').set({ state_reason: 'undone' }).where('id', '=', id).execute();
    expect((await desk.get(`/studio/digests/${id}`)).html).toContain(t(language, 'studio.reason.undone'));
  } finally {
    await app.ctx.db.updateTable('digest').set({ state_reason: null }).where('id', '=', id).execute();
  }
});

test.each([
  ['en', '(4 of 1,900)', '(150 of 200 were accepted)'],
  ['he', '(4 מתוך 1,900)', '(התקבלו 150 מתוך 200)'],
])('how many made a digest pause is said in words, in %s', async (language, junk, ahead) => {
  const id = /digests\/(\d+)/.exec(paths['paused'] ?? '')?.[1] ?? '';
  for (const [reason, words] of [
    ['complaints: 4/1900', junk],
    ['canary: 150/200', ahead],
  ] as const) {
    await app.ctx.db.updateTable('digest').set({ state_reason: reason }).where('id', '=', id).execute();
    expect((await (desks[language] as Desk).get(`/studio/digests/${id}`)).html).toContain(`<bdi>${words}</bdi>`);
  }
});

test('the preview is framed with an origin of its own and runs nothing', async () => {
  const id = /digests\/(\d+)/.exec(paths['draft'] ?? '')?.[1] ?? '';
  const desk = desks['en'] as Desk;
  expect((await desk.get(`/studio/digests/${id}`)).html).toMatch(/<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
  const frame = await desk.get(`/studio/digests/${id}/preview?mode=dark`);
  expect(frame.headers.get('content-security-policy')).toMatch(/script-src 'none'; frame-ancestors 'self'; sandbox/);
  expect(frame.html).not.toContain('prefers-color-scheme:dark');
  expect(frame.html).not.toContain('<script>alert');
  const bare = await desk.get(`/studio/digests/${id}/preview?mode=no-styles`);
  expect(bare.html).not.toContain('<style');
  expect((await desk.get(`/studio/digests/${id}/digest.eml`)).headers.get('content-type')).toContain('message/rfc822');
});

test('a GET and a HEAD of every page change no row', async () => {
  const rows = async (): Promise<string> => {
    const counts = ['digest', 'digest_article', 'message', 'audit', 'content', 'delivery', 'slice'] as const;
    const all = await Promise.all(counts.map((table) => app.ctx.db.selectFrom(table).selectAll().execute()));
    return JSON.stringify(all, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  };
  const before = await rows();
  for (const path of Object.values(paths)) await (desks['en'] as Desk).get(path);
  expect(await rows()).toBe(before);
});

test('two editors at one draft: the second sees what the first saved, and keeps what they typed', async () => {
  const { body } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing' });
  const { id } = body as { id: string };
  const desk = desks['en'] as Desk;
  expect((await desk.post(`/studio/digests/${id}/words`, { subject: 'From the first', version: '1' })).path).toContain('done=saved');
  const conflict = await desk.post(`/studio/digests/${id}/words`, { subject: 'From the second', version: '1' });
  expect(conflict.status).toBe(412);
  expect(conflict.html).toContain('From the first');
  expect(conflict.html).toContain('value="From the second"');
  const version = /name="version" value="(\d+)"/.exec(conflict.html)?.[1] ?? '';
  expect((await desk.post(`/studio/digests/${id}/words`, { subject: 'From the second', version })).html).toContain(
    'value="From the second"',
  );
});

test('a time that cannot be is refused in words, and kept', async () => {
  const id = /digests\/(\d+)/.exec(paths['draft'] ?? '')?.[1] ?? '';
  const desk = desks['en'] as Desk;
  const skipped = await desk.post(`/studio/digests/${id}/schedule`, { at: '2030-03-29T02:30', zone: 'Asia/Jerusalem' });
  expect([skipped.status, skipped.html.includes('clocks are put forward')]).toEqual([422, true]);
  expect(skipped.html).toContain('value="2030-03-29T02:30"');
  const past = await desk.post(`/studio/digests/${id}/schedule`, { at: '2020-01-01T06:30', zone: 'Asia/Jerusalem' });
  expect([past.status, past.html.includes('That time is past')]).toEqual([422, true]);
});

async function faultsOf(html: string): Promise<string[]> {
  const report = await validator.validateString(html);
  return report.results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${ruleId}: ${message} (${line})`));
}
