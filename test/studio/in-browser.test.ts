import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { sql } from 'kysely';
import { freezeDigest } from '#src/digests/freeze-digest';
import { operator } from '#src/accounts/actor';
import { inviteEditor } from '#src/accounts/invite-editor';
import { openNewsroom } from '../digests/newsroom.js';
import { barriersOn, inBrowser, keepPicture, keyboardFaultsOn, openBrowser } from '../pages/browser.js';
import { startApp, type TestApp } from '../support/app.js';
import { linksIn } from '../support/inbox.js';
import { drain } from '../support/drain.js';

/** What an editor holds a digest with: nothing on these pages keeps anybody out, on a phone, in the dark, from right to left. */
let app: TestApp;
let browser: Browser | undefined;
const paths: Record<string, string> = {};
const cookies: Record<string, { name: string; value: string }> = {};

beforeAll(async () => {
  app = await startApp();
  const newsroom = openNewsroom(app.ctx);
  const articles = [
    await newsroom.article(),
    await newsroom.article({ inLanguage: 'he', headline: 'הממשלה הסכימה על מתווה לתקציב' }),
    await newsroom.article(),
  ];
  for (const language of ['en', 'he']) cookies[language] = await signIn(language);
  const reader = await newsroom.reader({ address: 'a.reader.with.a.long.name@mail.example.net' });
  await newsroom.reader();
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
  const outcome = {
    digest_id: paused,
    subscriber_id: reader,
    pass: 1,
    content_version: 1,
    slice: 1,
    state: 'accepted',
    at: new Date(),
  } as const;
  await app.ctx.db.insertInto('outcome').values(outcome).execute();
  await app.ctx.db.updateTable('slice').set({ accepted: 1 }).where('digest_id', '=', paused).execute();
  await app.ctx.db.insertInto('complaint').values({ digest_id: paused, subscriber_id: reader, kind: 'abuse', relay: 'mailbox' }).execute();
  await sql`UPDATE digest SET state_reason = 'complaints: 4/900' WHERE id = ${paused}`.execute(app.ctx.db);
  const letter = await make('Correction: a budget of 700 billion', { corrects: { digestId: paused } });
  Object.assign(paths, {
    canary: `/studio/digests/${canary}`,
    paused: `/studio/digests/${paused}`,
    correction: `/studio/digests/${paused}/correction?done=corrected`,
    letter: `/studio/digests/${letter}`,
    review: `/studio/digests/${letter}/review`,
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

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

describe.each(['canary', 'paused', 'correction', 'letter', 'review'])('the page "%s"', (name) => {
  inBrowser('has no barrier in either language, light or dark, wide or narrow, with every part of it open', async () => {
    const faults: string[] = [];
    for (const language of ['en', 'he']) {
      const page = await open(name, language);
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [320, 1280]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))'); // of its colours
          faults.push(...(await barriersOn(page)).map((fault) => `${language} ${colorScheme} ${width}: ${fault}`));
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
});

/** With every part of it open. */
async function open(name: string, language: string): Promise<Page> {
  const context = await browser!.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addCookies([{ ...cookies[language]!, url: app.url }]);
  const page = await context.newPage();
  await page.goto(`${app.url}${paths[name]}`, { waitUntil: 'domcontentloaded' });
  await page.evaluate('document.querySelectorAll("details").forEach((part) => (part.open = true))');
  return page;
}
