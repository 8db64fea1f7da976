import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openNewsroom } from '../digests/newsroom.js';
import { drain } from '../support/drain.js';
import { writeLink } from '#src/links';
import { barriersOn, inBrowser, openBrowser } from './browser.js';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
let browser: Browser | undefined;

beforeAll(async () => {
  app = await startReaderApp();
  await app.join('first@example.org');
  const newsroom = openNewsroom(app.ctx);
  const articles = [await newsroom.article(), await newsroom.article(), await newsroom.article()];
  const { body } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles, subject: 'Rain and the budget' });
  await app.api('PUT', `/v1/digests/${(body as { id: string }).id}/send`, { holdSeconds: 0 });
  await drain(app.ctx);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

interface Run {
  page: Page;
  /** Asserts that the page is the one whose main part holds `selector`, in its language, and hinders nobody. */
  at(selector: string): Promise<void>;
  go(path: string): Promise<void>;
  /** With the keyboard: to the element, then Enter. */
  press(selector: string): Promise<void>;
}

const runs = [
  {
    language: 'en',
    scripts: true,
    views: [
      [320, 'dark'],
      [1280, 'light'],
    ],
  },
  {
    language: 'en',
    scripts: false,
    views: [
      [1280, 'dark'],
      [320, 'light'],
    ],
  },
  {
    language: 'he',
    scripts: true,
    views: [
      [1280, 'dark'],
      [320, 'light'],
    ],
  },
  {
    language: 'he',
    scripts: false,
    views: [
      [320, 'dark'],
      [1280, 'light'],
    ],
  },
] as const;

inBrowser.each(runs)('from the footer to goodbye in $language, scripts: $scripts', async ({ language, scripts, views }) => {
  const context = await browser!.newContext({ javaScriptEnabled: scripts, locale: language === 'he' ? 'he-IL' : 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const run: Run = {
    page,
    async at(selector) {
      await page.waitForSelector(`main ${selector}`);
      expect(await page.getAttribute('html', 'lang')).toBe(language);
      for (const [width, colorScheme] of views) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        if (scripts) expect([selector, width, await barriersOn(page)]).toEqual([selector, width, []]);
        else expect([selector, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([selector, true]);
      }
    },
    async go(path) {
      await page.goto(`${app.url}${path}`);
    },
    async press(selector) {
      await page.focus(`main ${selector}`);
      await page.keyboard.press('Enter');
    },
  };
  const address = `reader.${language}.${scripts}@example.org`;
  await visit(run, address, scripts);
  await read(run, address);
  await change(run, address, language);
  await leave(run, address);
  await takeAway(run, address);
  await context.close();
});

/** V1 to V8. */
async function visit({ page, at, go, press }: Run, address: string, scripts: boolean): Promise<void> {
  await go('/subscribe?src=article-footer');
  await at('#email');
  await page.fill('#email', 'nonsense');
  await page.keyboard.press('Enter');
  await at('.error-summary');
  await page.fill('#email', 'anna@homtail.com');
  await page.keyboard.press('Enter');
  await at('button[name=suggested]');
  await page.fill('#email', address);
  await press('button:not([name])');
  await at('dl');
  await press('form button');
  await at('[role=status]');
  await app.drain();
  const confirmPath = await app.mailedPath(address, '/confirm/');
  await go(confirmPath);
  if (!scripts) {
    await at('form button');
    await press('form button');
  }
  await page.waitForURL('**/welcome/**');
  await at('form[action$="/latest"]');
  await go(confirmPath);
  await page.waitForURL('**/welcome/**');
  await press('form[action$="/latest"] button');
  await at('[role=status]');
  await go('/u/no-such-link');
  await at('form[action^="/data"]');
}

/** R2, R3: the mail itself is looked at elsewhere; here the web's copy and the archive. */
async function read({ page, at, go, press }: Run, address: string): Promise<void> {
  await app.drain();
  expect((await app.inbox.messages(address)).some(({ subject }) => subject.includes('Rain and the budget'))).toBe(true);
  await go('/digests');
  await at('.list-title');
  await page.fill('#q', 'no such word');
  await page.keyboard.press('Enter');
  await at('[role=status]');
  await go('/digests');
  await press('.list-title');
  await page.waitForSelector('text=Rain fills the Sea of Galilee');
  await go('/digests/no-such-digest');
  await at('.list-title');
  await go('/embed');
  await at('pre');
}

/** R4, R6. */
async function change({ page, at, go, press }: Run, address: string, language: string): Promise<void> {
  const path = await welcomeMailsPath(address, '/preferences/');
  await go(path);
  await at('#newEmail');
  expect(await page.textContent('body')).not.toContain(address);
  await page.check('input[name="israel-briefing"][value=weekly]');
  await page.fill('#newEmail', 'nonsense');
  await press('form .button');
  await at('.error-summary');
  await page.fill('#newEmail', `new.${address}`);
  await press('form .button');
  await at('[role=status]');
  await app.drain();
  await go(await app.mailedPath(`new.${address}`, '/confirm/'));
  await at('form button');
  await press('form button');
  await page.waitForSelector('main:not(:has(form))');
  await at('.lead');
  const old = writeLink(
    app.ctx.config.keys,
    'preferences',
    await subscriptionOf(`new.${address}`),
    new Date(app.clock.now.getTime() - 100 * 86_400_000),
  );
  await go(`/preferences/${old}?lang=${language}`);
  await at('form button');
}

/** R5. */
async function leave({ page, at, go, press }: Run, address: string): Promise<void> {
  const path = await welcomeMailsPath(address, '/u/');
  await go(path);
  await at('form button');
  await press('form button');
  await at('form[action$="/undo"]');
  await press('form[action$="/undo"] button');
  await at('[role=status]');
  await press('form button');
  await page.waitForSelector('form[action$="/pause"]');
  await page.selectOption('#days', '14');
  await press('form[action$="/pause"] button');
  await at('[role=status]');
  await press('form button');
  await page.waitForSelector('form[action$="/reason"]');
  await page.check('input[value=tooMany]');
  await press('form[action$="/reason"] button');
  await at('.banner-success');
}

/** R7. */
async function takeAway({ page, at, go, press }: Run, address: string): Promise<void> {
  await go('/data');
  await at('#email');
  await page.fill('#email', `new.${address}`);
  await page.keyboard.press('Enter');
  await at('[role=status]');
  await app.drain();
  await go(await app.mailedPath(`new.${address}`, '/data/'));
  await at('button[value=export]');
  const [download] = await Promise.all([page.waitForEvent('download'), press('button[value=export]')]);
  expect(download.suggestedFilename()).toBe('israel-briefing-data.json');
  await press('button[value=erase]');
  await at('.error-summary');
  await page.check('input[name=sure]');
  await press('button[value=erase]');
  await page.waitForSelector('main:not(:has(form))');
  await at('.lead');
}

async function welcomeMailsPath(address: string, start: string): Promise<string> {
  const mails = await app.inbox.messages(address);
  const path = mails.map(({ text }) => new RegExp(`${app.url}(${start}[\\w-]+)`).exec(text)?.[1]).find((found) => found !== undefined);
  if (path === undefined) throw new Error(`no mail to ${address} has a link to ${start}`);
  return path;
}

async function subscriptionOf(address: string): Promise<string> {
  const { rows } = await app.ctx.pool.query<{ id: string }>(
    'SELECT subscription.id FROM subscription JOIN subscriber ON subscriber.id = subscriber_id WHERE address = $1',
    [address],
  );
  return rows[0]?.id ?? '';
}

inBrowser('the sign-up page weighs at most 20 KB, needs no script and asks nobody else', async () => {
  const context = await browser!.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  const origins = new Set<string>();
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  await page.goto(`${app.url}/subscribe`, { waitUntil: 'networkidle' });
  expect([...origins]).toEqual([app.url]);
  expect(await page.locator('script').count()).toBe(0);
  expect(bytes).toBeLessThanOrEqual(20 * 1024);
  await context.close();
});
