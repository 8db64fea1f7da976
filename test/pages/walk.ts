import { expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { barriersOn } from './browser.js';

/** The four ways in which each journey is walked; together every language at both widths, light and dark. */
export const ways = [
  {
    language: 'en',
    scripts: true,
    views: [
      { width: 320, colorScheme: 'dark' },
      { width: 1280, colorScheme: 'light' },
    ],
  },
  {
    language: 'en',
    scripts: false,
    views: [
      { width: 1280, colorScheme: 'dark' },
      { width: 320, colorScheme: 'light' },
    ],
  },
  {
    language: 'he',
    scripts: true,
    views: [
      { width: 1280, colorScheme: 'dark' },
      { width: 320, colorScheme: 'light' },
    ],
  },
  {
    language: 'he',
    scripts: false,
    views: [
      { width: 320, colorScheme: 'dark' },
      { width: 1280, colorScheme: 'light' },
    ],
  },
] as const;
export type Way = (typeof ways)[number];

/** Somebody at a browser, who has a keyboard and no mouse. Selectors are below `main`, or in a mail. */
export interface Walk {
  page: Page;
  context: BrowserContext;
  go(path: string): Promise<void>;
  /** The page is the one whose main part holds `selector`, in the way's language, and hinders nobody. */
  at(selector: string): Promise<void>;
  /** What is open, whatever it is, hinders nobody. */
  look(): Promise<void>;
  /** Tab until the element has the focus, then Enter. */
  press(selector: string): Promise<void>;
  /** Tab, then Space. */
  tick(selector: string): Promise<void>;
  /** Tab, then the letters, in the place of what is there. */
  type(selector: string, text: string): Promise<void>;
}

export interface WalkOptions {
  headers?: Record<string, string>;
}

export async function openWalk(
  browser: Browser,
  siteUrl: string,
  { language, scripts, views }: Way,
  options: WalkOptions = {},
): Promise<Walk> {
  const context = await browser.newContext({
    javaScriptEnabled: scripts,
    locale: language === 'he' ? 'he-IL' : 'en-GB',
    reducedMotion: 'reduce',
    extraHTTPHeaders: options.headers ?? {},
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);

  async function look(): Promise<void> {
    for (const { width, colorScheme } of views) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      const place = [new URL(page.url()).pathname.split('/')[1], width];
      if (scripts) expect([place, await barriersOn(page)]).toEqual([place, []]);
      else expect([place, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([place, true]);
    }
  }

  async function tabTo(selector: string): Promise<void> {
    const isThere = `document.activeElement === document.querySelector(${JSON.stringify(`:is(main, [role=article]) ${selector}`)})`;
    for (let stop = 0; stop < 120; stop += 1) {
      if (await page.evaluate(isThere)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`no keyboard leads to ${selector}`);
  }

  return {
    page,
    context,
    look,
    go: async (path) => void (await page.goto(path.startsWith('/') ? `${siteUrl}${path}` : path)),
    async at(selector) {
      await page.waitForSelector(`main ${selector}`);
      expect(await page.getAttribute('html', 'lang')).toBe(language);
      await look();
    },
    async press(selector) {
      await tabTo(selector);
      await page.keyboard.press('Enter');
    },
    async tick(selector) {
      await tabTo(selector);
      await page.keyboard.press('Space');
    },
    async type(selector, text) {
      await tabTo(selector);
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(text);
    },
  };
}
