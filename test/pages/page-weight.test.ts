import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { inBrowser, openBrowser } from './browser.js';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
let browser: Browser | undefined;

beforeAll(async () => {
  app = await startReaderApp();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

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
