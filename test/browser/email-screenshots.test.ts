import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { showAs } from '#src/http/studio/preview-modes';
import { fillPart, inertValues } from '#src/mail/inert-values';
import { renderEmail } from '#src/mail/render-email';
import { readDigestSample } from '#src/mail/samples';
import { projectFile } from '#src/project';
import { inBrowser } from '../pages/browser.js';
import { countChangedPixels } from './changed-pixels.js';
import { shots } from './shots.js';
import { openSteadyBrowser } from './steady-browser.js';

/** A changed pixel is a change to review: look at `.cache/screenshots`, then ACCEPT_SCREENSHOTS=1 npm test -- test/browser. */
const accepting = process.env['ACCEPT_SCREENSHOTS'] === '1';
const baselines = projectFile('test/browser/baselines');
const actuals = projectFile('.cache/screenshots');
const versionFile = `${baselines}/chromium.txt`;
const joinedAt = new Date('2026-01-05T10:00:00Z');
const tallest = 1_200;
const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="1072" height="600"><rect width="1072" height="600" fill="#7a8f9c"/><rect y="380" width="1072" height="220" fill="#5b6f57"/></svg>`;

let browser: Browser | undefined;
let page: Page;
let isComparable = false;

beforeAll(async () => {
  browser = await openSteadyBrowser();
  if (!browser) return;
  mkdirSync(actuals, { recursive: true });
  if (accepting) writeFileSync(versionFile, `${browser.version()}\n`);
  const expected = readFileSync(versionFile, 'utf8').trim();
  isComparable = browser.version() === expected;
  if (!isComparable) console.error(`NOT RUN: screenshots were made with Chromium ${expected}, this is ${browser.version()}.`);
  page = await browser.newPage({ deviceScaleFactor: 1 });
  await page.route('**/*', (route) => route.fulfill({ contentType: 'image/svg+xml', body: picture }));
});

afterAll(async () => {
  await browser?.close();
});

inBrowser.each(shots.map((shot) => [shot.name, shot] as const))('%s looks as it did', async (name, { request, mode, width }) => {
  if (!isComparable && !process.env['CI']) return;
  expect(isComparable).toBe(true);
  const html = fillPart((await renderEmail(request)).html, inertValues(joinedAt));
  const actual = await photograph(showAs(html, mode), width);
  const file = `${baselines}/${name}.png`;
  if (accepting) writeFileSync(file, actual);
  else writeFileSync(`${actuals}/${name}.png`, actual);
  if (!existsSync(file)) throw new Error(`${name} has no baseline yet. Look at ${actuals}/${name}.png, then accept it.`);
  expect(await countChangedPixels(page, readFileSync(file), actual)).toBe(0);
});

inBrowser('a picture taken twice is the same, and one shade of grey makes another', async () => {
  if (!browser) return;
  const { html } = await renderEmail({ email: 'digest', variables: readDigestSample('english-one') });
  const [once, again, darker] = [
    await photograph(html, 375),
    await photograph(html, 375),
    await photograph(html.replaceAll('#595955', '#4b4b47'), 375),
  ];
  expect(await countChangedPixels(page, once, again)).toBe(0);
  expect(await countChangedPixels(page, once, darker)).toBeGreaterThan(100);
});

test('the baselines are those of the table, and small', () => {
  const names = readdirSync(baselines).filter((name) => name.endsWith('.png'));
  expect(names.toSorted()).toEqual(shots.map(({ name }) => `${name}.png`).toSorted());
  const bytes = names.reduce((sum, name) => sum + statSync(`${baselines}/${name}`).size, 0);
  expect(bytes).toBeLessThan(2 * 1024 * 1024);
});

async function photograph(html: string, width: number): Promise<Buffer> {
  await page.setViewportSize({ width, height: 100 });
  await page.setContent(html, { waitUntil: 'load' });
  const tall = (await page.evaluate('document.documentElement.scrollHeight')) as number;
  await page.setViewportSize({ width, height: Math.min(tallest, tall) });
  return page.screenshot({ type: 'png' });
}
