import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { publicDigest } from '#src/http/pages/public-digest';
import { renderEmail } from '#src/mail/render-email';
import { readDigestSample } from '#src/mail/samples';
import { openNewsroom } from '../digests/newsroom.js';
import { drain } from '../support/drain.js';
import { barriersOn, inBrowser, keyboardFaultsOn, openBrowser, tightSpotsOn } from './browser.js';
import { type ReaderApp, startReaderApp } from './reader-app.js';

const site = 'http://pages.example';
const views = [320, 1280].flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })));
let app: ReaderApp;
let browser: Browser | undefined;
let page: Page;

beforeAll(async () => {
  app = await startReaderApp();
  browser = await openBrowser();
  if (browser) page = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

/** What hinders somebody in one of the four views. */
async function faultsAt(url: string): Promise<unknown[]> {
  const faults = [];
  for (const { width, colorScheme } of views) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(url);
    const found = [...(await barriersOn(page)), ...(await tightSpotsOn(page)), ...(await keyboardFaultsOn(page))];
    if (found.length > 0) faults.push([width, colorScheme, found]);
  }
  return faults;
}

inBrowser.each(['israel-briefing', 'israel-briefing-he'])(
  'a digest of %s that was sent: no barrier in the archive, every link by keyboard, small and large, light and dark',
  async (newsletter) => {
    const newsroom = openNewsroom(app.ctx);
    await newsroom.reader({ newsletter, address: `${newsletter}@example.net` });
    const articles = [await newsroom.article(), await newsroom.article(), await newsroom.article()];
    const { body } = await app.api('POST', '/v1/digests', { newsletter, articles, subject: `Rain over ${newsletter}` });
    await app.api('PUT', `/v1/digests/${(body as { id: string }).id}/send`, { holdSeconds: 0 });
    await drain(app.ctx);
    const path = /href="(\/digests\/[^"]+)"[^>]*><bdi>Rain over/.exec(await (await app.get(`/digests?q=${newsletter}`)).text())?.[1] ?? '';
    expect(path).toMatch(/^\/digests\/./);
    expect(await faultsAt(`${app.url}${path}`)).toEqual([]);
    expect(await page.locator(`a[href$="${path}"]`).count()).toBe(0); // no link to where the reader is already
    const ways = await page.locator('footer a').evaluateAll((links) => links.map((link) => String(link.getAttribute('href'))));
    expect(ways).toEqual([
      '/subscribe?src=archive',
      expect.stringMatching(/^mailto:\?subject=Rain%20over.*&body=http/),
      '/digests',
      '/digests/feed.atom',
    ]);
  },
);

inBrowser.each(['english-eight', 'hebrew-eight', 'hostile', 'long-words', 'mixed-in-english', 'mixed-in-hebrew'])(
  'the sample %s in the archive: no barrier, every link by keyboard, small and large, light and dark',
  async (sample) => {
    const variables = readDigestSample(sample);
    const { name, language, zone, slug } = variables.newsletter;
    const rendered = await renderEmail({ email: 'digest', variables });
    const digest = { id: '1', slug: sample, newsletterSlug: slug, newsletterName: name, language, zone, subject: variables.subject };
    const html = publicDigest({ ...digest, preheader: '', publishedAt: new Date(0), withdrawnAt: null, rendered }, site);
    await page.route(`${site}/**`, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
    await page.route('https://www.coastline.example/**', (route) => route.abort());
    expect(await faultsAt(`${site}/digests/${sample}`)).toEqual([]);
    await page.unroute(`${site}/**`);
  },
);

inBrowser('these tests would find a faint line, a small target and a link out of reach', async () => {
  const body = `<main><h1>Rain</h1><p style="color:#aaa;background:#fff">faint</p><a href="/a" style="outline:none">a</a><a href="/b" tabindex="-1">b</a>
    <nav><button style="width:9px;height:9px;padding:0">+</button><button style="width:9px;height:9px;padding:0">-</button></nav>
    <p style="width:5em;overflow:hidden;white-space:nowrap">set too tightly</p></main>`;
  const html = `<!doctype html><html lang="en"><head><title>Rain</title></head><body>${body}</body></html>`;
  await page.route(`${site}/**`, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
  const found = JSON.stringify(await faultsAt(`${site}/broken`));
  await page.unroute(`${site}/**`);
  for (const fault of ['color-contrast', 'target-size', 'cut off when spread', 'focus cannot be seen', 'no stop at element 2'])
    expect(found).toContain(fault);
});
