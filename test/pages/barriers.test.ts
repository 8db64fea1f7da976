import { afterAll, beforeAll, expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { renderPage } from '#src/http/pages/view';
import { projectFile } from '#src/project';
import { barriersOn, inBrowser, keyboardFaultsOn, openBrowser, tightSpotsOn } from './browser.js';
import { frame, pageStates } from './page-states.js';

const views = [
  { language: 'he', width: 320, colorScheme: 'dark' },
  { language: 'he', width: 1280, colorScheme: 'light' },
  { language: 'en', width: 320, colorScheme: 'light' },
  { language: 'en', width: 1280, colorScheme: 'dark' },
] as const;
const site = 'http://pages.example';
const asked = new Set<string>();
let browser: Browser | undefined;
let page: Page;
let html = '';

beforeAll(async () => {
  browser = await openBrowser();
  if (!browser) return;
  page = await browser.newPage();
  await page.route('**/*', async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    asked.add(origin);
    if (pathname.startsWith('/assets/')) return route.fulfill({ path: projectFile(`templates${pathname}`) });
    return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
  });
});
afterAll(() => browser?.close());

inBrowser.each(pageStates('en').map(({ state }) => state))(
  '%s: no barrier and no trap for keyboards in either language, small and large, light and dark',
  async (state) => {
    for (const { language, width, colorScheme } of views) {
      const found = pageStates(language).find((one) => one.state === state);
      if (!found) throw new Error(`no ${state} in ${language}`);
      html = renderPage(found.page, { ...frame(language), ...found.variables });
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(site);
      expect([language, width, await barriersOn(page)]).toEqual([language, width, []]);
      expect([language, width, await tightSpotsOn(page)]).toEqual([language, width, []]);
      expect([language, width, await keyboardFaultsOn(page)]).toEqual([language, width, []]);
    }
    expect([...asked]).toEqual([site]);
  },
);

inBrowser('the page of a bug, which stands alone: no barrier and no trap', async () => {
  html = readFileSync(projectFile('templates/pages/500.html'), 'utf8');
  for (const { width, colorScheme } of views) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    await page.goto(site);
    expect([width, await barriersOn(page), await keyboardFaultsOn(page)]).toEqual([width, [], []]);
  }
});
