import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { storeMail } from '#src/catcher/store-mail';
import { barriersOn, inBrowser, keepPicture, keyboardFaultsOn, openBrowser, tightSpotsOn } from '../pages/browser.js';
import { startApp, type TestApp } from '../support/app.js';

/** What developers look at: nothing on it keeps anybody out either, on a phone, in the dark, and whatever language a message is in. */
let app: TestApp;
let browser: Browser | undefined;
let page: Page;
const paths: Record<string, string> = { 'the API': '/docs', 'an empty inbox': '/inbox' };

beforeAll(async () => {
  app = await startApp();
  browser = await openBrowser();
  page = (await browser?.newPage()) as Page;
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

inBrowser.each(['the API', 'an empty inbox'])('%s: no barrier and no trap for keyboards', (name) => expectNoBarrierOn(name));

inBrowser('the inbox with messages, and each of them: no barrier and no trap for keyboards', async () => {
  for (const [name, lines] of Object.entries(messages)) paths[name] = `/inbox/${await keep(lines)}`;
  paths['an inbox'] = '/inbox';
  for (const name of ['an inbox', ...Object.keys(messages)]) await expectNoBarrierOn(name);
});

async function expectNoBarrierOn(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(`${app.url}${paths[name]}`);
      const faults = [...(await barriersOn(page)), ...(await tightSpotsOn(page)), ...(await keyboardFaultsOn(page))];
      await keepPicture(page, `${name}.${colorScheme}.${width}`);
      expect([name, colorScheme, width, faults]).toEqual([name, colorScheme, width, []]);
    }
  }
}

/** Kept by the catcher itself, so that its shape is the one of every other. */
async function keep(lines: string[]): Promise<string> {
  const envelope = { from: 'bounces+7.12@briefing.example.org', to: ['a.reader.with.a.very.long.name.indeed@mail.example.net'] };
  return storeMail(app.ctx.config.dataDir, envelope, Buffer.from(lines.join('\r\n')));
}

const head = (subject: string): string[] => [
  'From: Israel Briefing <briefing@example.org>',
  'To: a.reader.with.a.very.long.name.indeed@mail.example.net',
  `Subject: ${subject}`,
  `DKIM-Signature: v=1; a=rsa-sha256; d=example.org; b=${'x'.repeat(172)}`,
  'MIME-Version: 1.0',
];
const alternatives = (text: string, html: string): string[] => [
  'Content-Type: multipart/alternative; boundary=part',
  '',
  '--part',
  'Content-Type: text/plain; charset=utf-8',
  '',
  text,
  '--part',
  'Content-Type: text/html; charset=utf-8',
  '',
  html,
  '--part--',
  '',
];
const english = 'Good morning. The cabinet agrees on a budget of 700 billion.';
const hebrew = 'בוקר טוב. הממשלה הסכימה על תקציב של 700 מיליארד, אמר Dana Levi.';
const messages: Record<string, string[]> = {
  'a message': [
    ...head('Cabinet agrees on a budget'),
    ...alternatives(english, `<p style="width:600px;background:#fdfdfb;color:#1b1b1a">${english}</p>`),
  ],
  'a message in Hebrew': [
    ...head(`=?utf-8?B?${Buffer.from('תקציב 2027: הממשלה הסכימה, Dana Levi מדווחת').toString('base64')}?=`),
    ...alternatives(`${hebrew}\r\n\r\nhttps://briefing.example.org/u/token`, `<p dir="rtl" lang="he">${hebrew}</p>`),
  ],
  'a message of text alone, without a subject': ['To: dana@example.org', 'Content-Type: text/plain; charset=utf-8', '', english, ''],
  'a message of markup alone': [...head('Markup alone'), 'Content-Type: text/html; charset=utf-8', '', `<p>${english}</p>`, ''],
};
