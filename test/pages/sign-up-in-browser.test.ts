import { afterAll, beforeAll, expect } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { inBrowser, openBrowser } from './browser.js';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
let browser: Browser | undefined;
let publisher: Server;
let publisherUrl: string;

beforeAll(async () => {
  publisher = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; script-src ${app.url}; connect-src ${app.url}; form-action ${app.url}`,
    );
    response.end(hostPage());
  });
  await new Promise<void>((resolve) => {
    publisher.listen(0, '127.0.0.1', resolve);
  });
  publisherUrl = `http://127.0.0.1:${(publisher.address() as AddressInfo).port}`;
  app = await startReaderApp({ settings: { BRIEFING_EMBED_ORIGINS: publisherUrl } });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  publisher.close();
  await app.close();
});

inBrowser.each([true, false])('from the form to the welcome page with the keyboard alone (scripts: %s)', async (javaScriptEnabled) => {
  const address = `keys${javaScriptEnabled}@example.org`;
  const context = await browser!.newContext({ javaScriptEnabled, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${app.url}/subscribe`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.focus('#email');
  await page.keyboard.type('anna@');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  expect(await page.title()).toContain('Error: ');
  expect(await page.inputValue('#email')).toBe('anna@');
  await page.fill('#email', address);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/subscribe/check-inbox*');
  expect(await page.textContent('main')).toContain(address);
  await app.drain();
  await page.goto(`${app.url}${await app.mailedPath(address, '/confirm/')}`);
  if (!javaScriptEnabled) {
    await page.focus('main button');
    await page.keyboard.press('Enter');
  }
  await page.waitForURL('**/welcome/**');
  expect(await page.textContent('h1')).toBe('You are subscribed');
  await context.close();
});

inBrowser('another device, and a scanner that runs scripts, find a button that nobody has pressed', async () => {
  await app.post('/subscribe', { email: 'other@example.org' });
  await app.drain();
  const context = await browser!.newContext();
  const page = await context.newPage();
  await page.goto(`${app.url}${await app.mailedPath('other@example.org', '/confirm/')}`);
  await page.waitForTimeout(300);
  expect(page.url()).toContain('/confirm/');
  await page.click('main button');
  await page.waitForURL('**/welcome/**');
  await context.close();
});

inBrowser.each(['link', 'form', 'element'])("the publisher's %s signs somebody up under a strict policy", async (way) => {
  const address = `${way}@example.org`;
  const context = await browser!.newContext();
  const page = await context.newPage();
  await page.goto(publisherUrl);
  if (way === 'link') {
    await page.click('#link');
    await page.fill('#email', address);
    await page.click('main button:not([name])');
  } else {
    await page.fill(`#${way}-email`, address);
    await page.click(`#${way}-button`);
  }
  if (way === 'element') {
    await page.waitForSelector('[role=status]:text-is("Look in your inbox")');
    expect(page.url()).toBe(`${publisherUrl}/`);
    expect(await context.cookies()).toEqual([]);
  } else await page.waitForURL('**/subscribe/check-inbox*');
  const { rows } = await app.ctx.pool.query('SELECT source FROM signup_request WHERE address = $1', [address]);
  expect(rows).toEqual([{ source: `article-${way}` }]);
  await context.close();
});

inBrowser('the element says what is wrong, in place', async () => {
  const context = await browser!.newContext();
  const page = await context.newPage();
  await page.goto(publisherUrl);
  await page.evaluate(`document.querySelector('#element-email').type = 'text'`);
  await page.fill('#element-email', 'anna@');
  await page.click('#element-button');
  await page.waitForSelector('[role=status]:has-text("Enter an email address")');
  expect(await page.getAttribute('#element-email', 'aria-invalid')).toBe('true');
  await context.close();
});

function hostPage(): string {
  return `<!doctype html><html lang="en"><head><title>An article</title></head><body>
    <a id="link" href="${app.url}/subscribe?src=article-link">Sign up for our free Israel Briefing newsletter</a>
    <form method="post" action="${app.url}/subscribe">${fields('form')}</form>
    <briefing-signup sending="One moment" sent="Look in your inbox"><form method="post" action="${app.url}/subscribe">${fields('element')}</form></briefing-signup>
    <script src="${app.url}/embed/signup.js" defer></script></body></html>`;
}

const fields = (way: string) => `<label for="${way}-email">Email address</label>
    <input id="${way}-email" name="email" type="email"><input type="hidden" name="newsletter" value="israel-briefing">
    <input type="hidden" name="src" value="article-${way}"><button id="${way}-button">Subscribe</button>`;
