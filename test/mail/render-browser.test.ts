import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { renderEmail } from '#src/mail/render-email';
import { digestSamples, noticeSamples, readDigestSample, readNoticeSample } from '#src/mail/samples';

const { TEST_CHROMIUM: executablePath, TEST_CHROMIUM_LD_LIBRARY_PATH: libraryPath, CI } = process.env;
const inBrowser = executablePath || CI ? test : test.skip;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const requests = [
  ...digestSamples.map((name) => [name, { email: 'digest', variables: readDigestSample(name) }] as const),
  ...digestSamples.filter((name) => /eight|mixed/.test(name)).map((name) => [`${name} framed the other way`, reframed(name)] as const),
  ...noticeSamples.flatMap((name) => ['en', 'he'].map((language) => [`${name} in ${language}`, readNoticeSample(name, language)] as const)),
];
const asked = new Set<string>();
let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (!executablePath) return;
  const env = libraryPath ? { LD_LIBRARY_PATH: libraryPath } : {};
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], env });
  page = await browser.newPage();
  await page.route('**/*', (route) => {
    asked.add(route.request().url());
    return route.abort();
  });
});

afterAll(async () => {
  await browser?.close();
});

function reframed(name: string) {
  const email = readDigestSample(name);
  return { email: 'digest', variables: { ...email, frameLanguage: email.frameLanguage === 'en' ? 'he' : 'en' } } as const;
}

inBrowser.each(requests)(
  '%s: no barrier, light or dark; fits a phone without its styles; asks for nothing but its image',
  async (_name, request) => {
    const { html } = await renderEmail(request);
    asked.clear();
    await page.setViewportSize({ width: 320, height: 640 });
    await page.setContent(html.replace(/<style[^>]*>.*?<\/style>/gs, ''), { waitUntil: 'domcontentloaded' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await page.setContent(html, { waitUntil: 'domcontentloaded' });
    await page.evaluate(axe);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const violations = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`))',
      );
      expect(violations).toEqual([]);
    }
    expect([...asked].filter((url) => !url.startsWith('https://www.coastline.example/images/'))).toEqual([]);
  },
);
