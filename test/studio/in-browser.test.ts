import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { sql } from 'kysely';
import { freezeDigest } from '#src/digests/freeze-digest';
import { operator } from '#src/accounts/actor';
import { inviteEditor } from '#src/accounts/invite-editor';
import { openNewsroom } from '../digests/newsroom.js';
import { barriersOn, inBrowser, keepPicture, keyboardFaultsOn, openBrowser, tightSpotsOn } from '../pages/browser.js';
import { startApp, type TestApp } from '../support/app.js';
import { drain } from '../support/drain.js';
import { addReaders } from '../support/frozen-digest.js';
import { linksIn } from '../support/inbox.js';
import { leaveUnknown } from './leave-unknown.js';

/** What an editor holds a digest with: nothing on these pages keeps anybody out, on a phone, in the dark, from right to left. */
let app: TestApp;
let browser: Browser | undefined;
let articles: string[];
const paths: Record<string, string> = {};
const cookies: Record<string, { name: string; value: string }> = {};

beforeAll(async () => {
  app = await startApp();
  const newsroom = openNewsroom(app.ctx);
  articles = [
    await newsroom.article(),
    await newsroom.article({ inLanguage: 'he', headline: 'הממשלה הסכימה על מתווה לתקציב' }),
    await newsroom.article(),
  ];
  for (const language of ['en', 'he']) cookies[language] = await signIn(language);
  const readers = [await newsroom.reader({ address: 'a.reader.with.a.long.name@mail.example.net' })];
  for (let n = 0; n < 4; n += 1) readers.push(await newsroom.reader());
  const make = async (subject: string, more: object = {}): Promise<string> =>
    String((await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles, subject, ...more })).body.id);
  const go = async (id: string, more: object = {}): Promise<void> => {
    await app.api('PUT', `/v1/digests/${id}/send`, { holdSeconds: 0, ...more });
    await freezeDigest(app.ctx, id);
  };
  const canary = await make('With the first readers ahead');
  await go(canary, { canary: true });
  const paused = await make('A budget of 7 billion, agreed on late at night');
  await go(paused);
  await app.api('PUT', `/v1/digests/${paused}/pause`);
  await app.api('POST', `/v1/digests/${paused}/corrections`, {
    subject: 'A budget of 700 billion, agreed on late at night',
    resume: false,
  });
  await complain(paused, readers.slice(0, 4));
  await sql`UPDATE digest SET state_reason = 'complaints: 4/900' WHERE id = ${paused}`.execute(app.ctx.db);
  const complained = await make('Two readers call this one junk');
  await go(complained);
  await complain(complained, readers.slice(0, 2));
  const stale = await make('As the first editor left it');
  await go(stale);
  await app.api('PUT', `/v1/digests/${stale}/pause`);
  await addReaders(app.ctx, 101, 'a-mail-provider-with-a-long-name.example.org');
  const unknown = await make('A relay fell silent');
  await go(unknown);
  await app.api('PUT', `/v1/digests/${unknown}/pause`);
  await leaveUnknown(app.ctx, unknown);
  const letter = await make('Correction: a budget of 700 billion', { corrects: { digestId: paused } });
  Object.assign(paths, {
    canary: `/studio/digests/${canary}`,
    paused: `/studio/digests/${paused}`,
    correction: `/studio/digests/${paused}/correction?done=corrected`,
    letter: `/studio/digests/${letter}`,
    review: `/studio/digests/${letter}/review`,
    complained: `/studio/digests/${complained}`,
    stale: `/studio/digests/${stale}/correction`,
    unknown: `/studio/digests/${unknown}`,
    'more unknown': `/studio/digests/${unknown}?unknown=${readers[4]}`,
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

/** They got it, and pressed "junk". */
async function complain(digestId: string, readers: string[]): Promise<void> {
  const outcome = { digest_id: digestId, pass: 1, content_version: 1, slice: 1, state: 'accepted', at: new Date() } as const;
  const complaint = { digest_id: digestId, kind: 'abuse', relay: 'mailbox' } as const;
  const { db } = app.ctx;
  await db
    .insertInto('outcome')
    .values(readers.map((reader) => ({ ...outcome, subscriber_id: reader })))
    .execute();
  await db
    .insertInto('complaint')
    .values(readers.map((reader) => ({ ...complaint, subscriber_id: reader })))
    .execute();
  await db.updateTable('slice').set({ accepted: readers.length }).where('digest_id', '=', digestId).where('n', '=', 1).execute();
}

async function signIn(language: string): Promise<{ name: string; value: string }> {
  const address = `${language}@desk.example.org`;
  await inviteEditor(app.ctx, operator, { address, role: 'editor', language });
  await drain(app.ctx);
  const [mail] = await app.inbox.waitFor(address);
  const [link = ''] = mail ? linksIn(mail, `${app.url}/studio/sign-in/`) : [];
  const answer = await app.fetch(link.slice(app.url.length), { method: 'POST', headers: { origin: app.url } });
  const [name = '', value = ''] = (answer.headers.get('set-cookie') ?? '').split(';')[0]?.split('=') ?? [];
  return { name, value };
}

describe.each(['canary', 'paused', 'complained', 'correction', 'stale', 'letter', 'review', 'unknown', 'more unknown'])(
  'the page "%s"',
  (name) => {
    inBrowser('has no barrier in either language, light or dark, wide or narrow, with every part of it open', async () => {
      const faults: string[] = [];
      for (const language of ['en', 'he']) {
        const page = await open(name, language);
        for (const colorScheme of ['light', 'dark'] as const) {
          for (const width of [320, 1280]) {
            await page.emulateMedia({ colorScheme });
            await page.setViewportSize({ width, height: 900 });
            await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))'); // of its colours
            const found = await barriersOn(page);
            if (width === 320) found.push(...(await tightSpotsOn(page)));
            faults.push(...found.map((fault) => `${language} ${colorScheme} ${width}: ${fault}`));
            await keepPicture(page, `${name}.${language}.${colorScheme}.${width}`);
          }
        }
        await page.context().close();
      }
      expect(faults).toEqual([]);
    });

    inBrowser('is reached by keyboard, whole', async () => {
      const page = await open(name, 'en');
      expect(await keyboardFaultsOn(page)).toEqual([]);
      await page.context().close();
    });
  },
);

/** With every part of it open. */
async function open(name: string, language: string): Promise<Page> {
  const context = await browser!.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addCookies([{ ...cookies[language]!, url: app.url }]);
  const page = await context.newPage();
  await page.goto(`${app.url}${paths[name]}`, { waitUntil: 'domcontentloaded' });
  await page.evaluate(openParts);
  if (name !== 'stale') return page;
  await bothCorrect(page);
  await page.evaluate(openParts);
  return page;
}

const openParts = 'document.querySelectorAll("details").forEach((part) => (part.open = true))';

/** While this editor types, another takes an article out and writes other words. */
async function bothCorrect(page: Page): Promise<void> {
  const [, digestId = ''] = /digests\/(\d+)/.exec(paths['stale'] ?? '') ?? [];
  await page.fill('#subject', 'A budget of 700 billion, agreed on late at night');
  await page.fill('#note', 'An earlier version said 7 billion.');
  await page.fill('[lang="he"][id^="headline-"]', 'הממשלה הסכימה על תקציב של 700 מיליארד, אמר Dana Levi');
  const items = [{ articleId: articles[1], headline: 'הממשלה הסכימה על תקציב של 70 מיליארד (Ynet)' }, { articleId: articles[0] }];
  await app.api('POST', `/v1/digests/${digestId}/corrections`, { subject: 'A budget of 70 billion', items, resume: false });
  const [answer] = await Promise.all([page.waitForNavigation({ waitUntil: 'domcontentloaded' }), page.click('button[value="look"]')]);
  expect(answer?.status()).toBe(412);
}
