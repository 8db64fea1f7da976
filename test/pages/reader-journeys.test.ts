import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { CaughtMail } from '#src/catcher/read-inbox';
import { t } from '#src/locales';
import { linksIn } from '../support/inbox.js';
import { inBrowser } from './browser.js';
import { openMail } from './open-mail.js';
import { newsletterOf, openReaderStage, preheaderOf, type ReaderStage, subjectOf } from './reader-stage.js';
import { type Way, ways } from './walk.js';

let stage: ReaderStage;

beforeAll(async () => {
  stage = await openReaderStage();
});
afterAll(() => stage.close());

/** The digest as it lies in the inbox of the way's reader; direction marks aside. */
async function digestOf(way: Way): Promise<CaughtMail> {
  const [digest] = await stage.app.inbox.messages(stage.readerOf(way));
  if (!digest) throw new Error('no digest came');
  return digest;
}
const unmarked = (text: string) => text.replace(/[\u200E\u200F\u2066-\u2069]/g, '');
/** RFC 2047, as far as our own names go. */
const decoded = (text: string) => text.replace(/=\?utf-8\?B\?([^?]*)\?=/gi, (_, words: string) => Buffer.from(words, 'base64').toString());
const pathIn = (mail: CaughtMail, start: string) => (linksIn(mail, `${stage.app.url}${start}`)[0] ?? '').slice(stage.app.url.length);

describe.each(ways)('in $language, scripts: $scripts', (way) => {
  inBrowser('R1: the inbox shows whose it is, the subject, and the preheader before anything else', async () => {
    const digest = await digestOf(way);
    expect(decoded(digest.headers['from'] ?? '')).toMatch(new RegExp(`^"?${await stage.newsletterName(way)}"? <`));
    expect(digest.headers['list-id']).toContain(newsletterOf(way));
    expect(unmarked(digest.subject)).toBe(subjectOf(way));
    expect(unmarked(digest.subject).length).toBeLessThanOrEqual(50); // what a phone's row holds
    await stage.walk(way, async (walk) => {
      await openMail(walk, digest.html);
      const row = unmarked(String(await walk.page.evaluate('document.body.textContent'))).replace(/(?:\s|\u034F|[\u200B-\u200D])+/g, ' ');
      expect(row.trim().slice(0, preheaderOf(way).length)).toBe(preheaderOf(way));
      expect(await walk.page.title()).toContain(subjectOf(way));
    });
  });

  inBrowser('R2: the digest tells its length, has an order and an end, and reads the same in the mail and on the web', async () => {
    const digest = await digestOf(way);
    await stage.walk(way, async (walk) => {
      const { page, go, look } = walk;
      await openMail(walk, digest.html);
      await look();
      expect(await page.getAttribute('html', 'lang')).toBe(way.language);
      const text = unmarked(await page.locator('body').innerText());
      const order = [t(way.language, 'email.top', { count: 1 }), t(way.language, 'email.brief'), t(way.language, 'email.end')];
      expect(text.slice(0, text.indexOf(order[0] ?? ''))).toMatch(/3/); // articles, and minutes
      expect(order.map((words) => text.indexOf(words)).every((place, index, all) => place > (all[index - 1] ?? -1))).toBe(true);
      const headlines = await page.locator('h3').allInnerTexts();
      expect(headlines).toHaveLength(3);
      await go(pathIn(digest, '/digests/'));
      await look();
      expect(await page.locator('h3').allInnerTexts()).toEqual(headlines);
    });
  });

  inBrowser('R2: who missed one finds it in the archive, by its words', async () => {
    await stage.walk(way, async ({ page, go, at, press, type }) => {
      await go('/digests');
      await at('.list-title');
      await type('#q', 'no such word');
      await page.keyboard.press('Enter');
      await at('[role=status]');
      await type('#q', subjectOf(way).slice(0, 8));
      await page.keyboard.press('Enter');
      await page.waitForSelector('main .list-title');
      await press('.list-title');
      await page.waitForSelector('h3');
      expect(await page.title()).toContain(subjectOf(way));
      await go('/digests/no-such-digest');
      await at('.list-title');
    });
  });

  inBrowser('R3: a headline leads straight to the article, and tells nobody where the reader came from', async () => {
    const digest = await digestOf(way);
    await stage.walk(way, async (walk) => {
      const { page, at } = walk;
      const asked: [url: string, referer: string | undefined][] = [];
      page.on('request', (request) => asked.push([request.url(), request.headers()['referer']]));
      await page.route('https://news.example.org/**', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><html lang="en"><title>News</title><main><h1>News</h1></main></html>',
        }),
      );
      for (const place of ['mail', 'archive']) {
        if (place === 'mail') await openMail(walk, digest.html);
        else await walk.go(pathIn(digest, '/digests/'));
        const headline = (await page.locator('h3 a').first().getAttribute('href')) ?? '';
        expect(headline).toMatch(/^https:\/\/news\.example\.org\/article-\d+$/);
        asked.length = 0;
        await walk.press('h3 a');
        await page.waitForURL(headline);
        expect(asked.map(([url]) => new URL(url).origin)).toEqual(asked.map(() => 'https://news.example.org'));
        expect(asked[0]?.[0]).toBe(headline);
        if (place === 'archive') expect(asked[0]?.[1]).toBeUndefined();
      }
      await walk.go(pathIn(digest, '/digests/'));
      await walk.press('h3 a[href*="/articles/"]'); // one that stands nowhere else
      await at('article');
      await at('a.button[href^="/subscribe"]');
    });
  });
});
