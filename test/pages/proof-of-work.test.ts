import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { inBrowser, openBrowser } from './browser.js';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
let browser: Browser | undefined;

beforeAll(async () => {
  app = await startReaderApp({ settings: { BRIEFING_PROOF_OF_WORK: '8' } });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

async function challenge(): Promise<string> {
  return /name="challenge" value="([^"]+)"/.exec(await (await app.get('/subscribe')).text())?.[1] ?? '';
}

function solve(text: string): string {
  for (let n = 0; ; n += 1) {
    if (createHash('sha256').update(`${text}.${n}`).digest().readUInt8(0) === 0) return String(n);
  }
}

const ask = (email: string, proof: Record<string, string>) => app.post('/subscribe', { email, ...proof });
const sources = async (address: string) =>
  (await app.ctx.pool.query('SELECT source FROM signup_request WHERE address = $1', [address])).rows;

test('a sign-up with the work done is taken, and the work counts once', async () => {
  const given = await challenge();
  const work = { challenge: given, proof: solve(given) };
  expect((await ask('anna@example.org', work)).status).toBe(303);
  expect((await ask('ben@example.org', work)).status).toBe(422);
});

test.each([
  ['none', () => ({})],
  ['a wrong one', (given: string) => ({ challenge: given, proof: '!' })],
  ['one of a challenge that is not ours', () => ({ challenge: `1-${Date.now()}-x-${'A'.repeat(22)}`, proof: '0' })],
  ['one with fewer bits asked', (given: string) => ({ challenge: given.replace(/^8/, '0'), proof: '0' })],
])('without work (%s) the address is kept and the page says what to do', async (_, proof) => {
  const response = await ask('carol@example.org', proof(await challenge()));
  const html = await response.text();
  expect([response.status, html]).toEqual([422, expect.stringContaining('wait 20 seconds')]);
  expect(html).toContain('value="carol@example.org"');
  expect(await sources('carol@example.org')).toEqual([]);
});

test('whoever has no scripts waits instead; not less, and not for somebody else', async () => {
  const html = await (await ask('dana@example.org', {})).text();
  const patience = /name="patience" value="([^"]+)"/.exec(html)?.[1] ?? '';
  expect((await ask('dana@example.org', { patience })).status).toBe(422);
  app.clock.now = new Date(app.clock.now.getTime() + 21_000);
  expect((await ask('eve@example.org', { patience })).status).toBe(422);
  expect((await ask('dana@example.org', { patience })).status).toBe(303);
});

test('the element of another page is sent to ours', async () => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"email":"fay@example.org"}' };
  expect((await app.fetch('/subscribe', init)).status).toBe(403);
});

inBrowser('the browser does it by itself, on our page and for a form that comes from elsewhere', async () => {
  const page = await browser!.newPage();
  await page.goto(`${app.url}/subscribe`);
  await page.fill('#email', 'gil@example.org');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/subscribe/check-inbox*');
  await page.setContent(
    `<form method="post" action="${app.url}/subscribe"><input name="email" value="hal@example.org"><input name="src" value="host"><button>Go</button></form>`,
  );
  await page.click('button');
  await page.waitForURL('**/subscribe/check-inbox*');
  expect([await sources('gil@example.org'), await sources('hal@example.org')]).toEqual([[{ source: null }], [{ source: 'host' }]]);
  await page.close();
});

test('without the setting nothing of it is on the page', async () => {
  const plain = await startReaderApp();
  const html = await (await plain.get('/subscribe')).text();
  expect(html).not.toMatch(/challenge|proof|<script/);
  await plain.close();
});
