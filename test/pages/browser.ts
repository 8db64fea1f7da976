import { test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const { TEST_CHROMIUM: executablePath, TEST_CHROMIUM_LD_LIBRARY_PATH: libraryPath, CI } = process.env;

/** Not run where there is no Chromium; in CI that is a failure. */
export const inBrowser = executablePath || CI ? test : test.skip;

export async function openBrowser(): Promise<Browser | undefined> {
  if (!executablePath) return undefined;
  const env = libraryPath ? { LD_LIBRARY_PATH: libraryPath } : {};
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], env });
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What hinders somebody on this page: violations of WCAG and of good practice, and a page wider than its window. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`))',
  );
  const isTooWide = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
  return [...(violations as string[]), ...(isTooWide ? ['wider than the window'] : [])];
}
