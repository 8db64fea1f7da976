import { test } from '@jest/globals';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const { TEST_CHROMIUM: executablePath, TEST_CHROMIUM_LD_LIBRARY_PATH: libraryPath, CI } = process.env;

/** Not run where there is no Chromium; in CI that is a failure. */
export const inBrowser = executablePath || CI ? test : test.skip;

export async function openBrowser(): Promise<Browser | undefined> {
  if (!executablePath) return undefined;
  const env = libraryPath ? { LD_LIBRARY_PATH: libraryPath } : {};
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], env });
}

/** For people to look at, when SCREENSHOTS names a folder. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/g, '-')}.png`), fullPage: true });
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

/** Targets that a finger misses (WCAG 2.2, 2.5.8), and what is lost when the reader spreads letters, words and lines (1.4.12). `barriersOn` comes first. */
export async function tightSpotsOn(page: Page): Promise<string[]> {
  const small = await page.evaluate(
    `axe.run({ runOnly: ['target-size'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
  );
  const lost = await page.evaluate(spreadText);
  return [...(small as string[]), ...(lost as string[])];
}

const spreadText = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }');
  document.adoptedStyleSheets = [sheet];
  const isCut = (element) => getComputedStyle(element).overflow !== 'visible' && element.scrollWidth > element.clientWidth + 1;
  const cut = [...document.querySelectorAll('a, button, legend, label, p, li, dd, h1, h2, h3')].filter((element) => !element.closest('.trap, .visually-hidden') && isCut(element));
  const { scrollWidth, clientWidth } = document.documentElement;
  const isTooWide = scrollWidth > clientWidth;
  const wide = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > clientWidth + 1 || element.getBoundingClientRect().left < -1);
  const widest = isTooWide ? (wide.at(-1)?.outerHTML.slice(0, 90) ?? '') : '';
  document.adoptedStyleSheets = [];
  return [...cut.map((element) => 'cut off when spread: ' + element.outerHTML.slice(0, 90)), ...(isTooWide ? ['too wide when spread: ' + widest] : [])];
})()`;

/** What somebody meets who has a keyboard only: stops without a visible focus, and elements that no stop is at. Empty when all is well. */
export async function keyboardFaultsOn(page: Page): Promise<string[]> {
  const wanted = (await page.evaluate(markReachable)) as number;
  const seen = new Set<string>();
  const faults: string[] = [];
  let last = '';
  for (let stop = 0; stop < wanted + 12; stop += 1) {
    await page.keyboard.press('Tab');
    const { mark, name, isVisible } = (await page.evaluate(describeFocus)) as { mark: string; name: string; isVisible: boolean };
    if (mark !== '' && mark !== last && seen.has(mark)) break; // a date has several stops of its own
    last = mark;
    seen.add(mark);
    if (mark !== '' && !isVisible) faults.push(`focus cannot be seen on ${name}`);
  }
  for (let mark = 1; mark <= wanted; mark += 1)
    if (!seen.has(String(mark))) faults.push(`no stop at element ${mark}: ${await nameOf(page, mark)}`);
  return faults;
}

/** Marks what a keyboard must reach; of a group of radio buttons one. Whatever has the focus by itself, the way begins at the top. */
const markReachable = `(() => {
  document.body.tabIndex = -1;
  document.body.focus({ preventScroll: true });
  document.body.removeAttribute('tabindex');
  getSelection().removeAllRanges();
  let count = 0;
  const groups = new Set();
  for (const element of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, pre[tabindex="0"]')) {
    if (element.closest('.trap, [hidden]')) continue;
    if (element.type === 'radio') {
      if (groups.has(element.name)) continue;
      groups.add(element.name);
    }
    element.dataset.stop = String((count += 1));
  }
  return count;
})()`;

const describeFocus = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return { mark: '', name: 'body', isVisible: true };
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const isDrawn = (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
  return { mark: element.dataset.stop ?? '', name: element.outerHTML.slice(0, 90), isVisible: isDrawn && box.width > 0 && box.left < innerWidth && box.right > 0 && box.top < innerHeight && box.bottom > 0 };
})()`;

async function nameOf(page: Page, mark: number): Promise<string> {
  return String(await page.evaluate(`document.querySelector('[data-stop="${mark}"]').outerHTML.slice(0, 90)`));
}
