import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { writeLink } from '#src/links';
import { linksIn } from '../support/inbox.js';
import { inBrowser } from './browser.js';
import { openMail } from './open-mail.js';
import { newsletterOf, openReaderStage, type ReaderStage, subscribePath } from './reader-stage.js';
import { signUp } from './sign-up.js';
import { ways } from './walk.js';

let stage: ReaderStage;

beforeAll(async () => {
  stage = await openReaderStage();
});
afterAll(() => stage.close());

describe.each(ways)('in $language, scripts: $scripts', (way) => {
  inBrowser('V5: one mail comes, with one button, legible everywhere, and nothing that the visitor typed', async () => {
    const address = stage.newAddress(way);
    await stage.walk(way, async (walk) => {
      const { page, look } = walk;
      await signUp(walk, way, address);
      await stage.app.drain();
      const mails = await stage.app.inbox.messages(address);
      expect(mails).toHaveLength(1);
      await openMail(walk, mails[0]?.html ?? '');
      await look();
      expect(await page.getAttribute('html', 'lang')).toBe(way.language);
      const path = await stage.app.mailedPath(address, '/confirm/');
      const links = await page.locator('a').evaluateAll((elements) => elements.map((element) => String(element.getAttribute('href'))));
      expect(links.filter((href) => href.includes('/confirm/'))).toEqual(links.filter((href) => href === `${stage.app.url}${path}`));
      expect(links.filter((href) => href.includes('/confirm/')).length).toBeGreaterThan(0);
      expect(mails[0]?.text).toContain(`${stage.app.url}${path}`);
    });
  });

  inBrowser('V6: one click on the same device, one button on another; a second visit is a success too', async () => {
    const address = stage.newAddress(way);
    let path = '';
    await stage.walk(way, async (walk) => {
      const { page, go, at, press } = walk;
      await signUp(walk, way, address);
      await stage.app.drain();
      path = await stage.app.mailedPath(address, '/confirm/');
      await go(path);
      if (!way.scripts) {
        await at('form button');
        await press('form button');
      }
      await page.waitForURL('**/welcome/**');
      await go(path);
      await page.waitForURL('**/welcome/**');
    });
    const other = stage.newAddress(way);
    await stage.app.post('/subscribe', { email: other, language: way.language, newsletter: newsletterOf(way) });
    await stage.app.drain();
    await stage.walk(way, async ({ page, go, at, press }) => {
      await go(await stage.app.mailedPath(other, '/confirm/'));
      await at('form button');
      expect(page.url()).toContain('/confirm/');
      await press('form button');
      await page.waitForURL('**/welcome/**');
      await go(path); // the first one's link, in a browser that knows nothing
      await at('h1');
      expect(page.url()).toContain('/welcome/');
    });
  });

  inBrowser('V7: the welcome page says when the next one comes, and sends the latest now', async () => {
    const { address, welcome } = await stage.join(way);
    const before = (await stage.app.inbox.messages(address)).length;
    await stage.walk(way, async ({ page, go, at, press }) => {
      await go(linksIn(welcome, `${stage.app.url}/welcome/`)[0] ?? '');
      await at('form[action$="/latest"]');
      expect(await page.locator('main .list-title').count()).toBe(1);
      expect(await page.locator('main a[href^="/preferences/"]').count()).toBe(1);
      await press('form[action$="/latest"] button');
      await at('[role=status]');
    });
    await stage.app.drain();
    expect((await stage.app.inbox.messages(address)).length).toBe(before + 1);
  });

  inBrowser('V8: a link that ran out mails a new one; an unknown one offers the form', async () => {
    const address = stage.newAddress(way);
    const start = stage.app.clock.now;
    await stage.app.post('/subscribe', { email: address, language: way.language, newsletter: newsletterOf(way) });
    await stage.app.drain();
    const old = await stage.app.mailedPath(address, '/confirm/');
    await stage.walk(way, async ({ page, go, at, press }) => {
      try {
        stage.app.clock.now = new Date(start.getTime() + 80 * 3_600_000);
        await go(old);
        await at('form button');
        await press('form button');
        await at('[role=status]');
        await stage.app.drain();
      } finally {
        stage.app.clock.now = start;
      }
      expect(await stage.app.inbox.messages(address)).toHaveLength(2);
      await go(await stage.app.mailedPath(address, '/confirm/')); // the links of mails are of the database's time
      await press('form button');
      await page.waitForURL('**/welcome/**');
      await go(`/u/${writeLink(stage.app.ctx.config.keys, 'confirm', '1', start)}`);
      await at('form[action^="/data"]');
    });
  });

  inBrowser('V8: whoever asks too often is told when to come back, and finds their address in the form', async () => {
    const address = stage.newAddress(way);
    const start = stage.app.clock.now;
    const place = `203.0.${ways.indexOf(way) + 1}`;
    const headers = { 'x-forwarded-for': `${place}.9` };
    for (let n = 0; n < 120; n += 1) await stage.app.post('/subscribe', { email: 'bad' }, { 'x-forwarded-for': `${place}.${n}` });
    for (let n = 0; n < 30; n += 1) await stage.app.post('/data', { email: 'bad' }, headers);
    await stage.walk(
      way,
      async ({ page, go, at, type }) => {
        await go(subscribePath(way));
        await type('#email', address);
        await page.keyboard.press('Enter');
        await at('.banner-warning[role=alert]');
        expect(await page.textContent('main .banner-warning')).toMatch(/\d/);
        expect(await page.inputValue('#email')).toBe(address);
        await go('/data');
        await type('#email', address);
        const [refused] = await Promise.all([page.waitForResponse('**/data?*'), page.keyboard.press('Enter')]);
        expect(refused.status()).toBe(429);
        await at('h1');
        try {
          stage.app.clock.now = new Date(start.getTime() + 11 * 60_000);
          await go(subscribePath(way));
          await type('#email', address);
          await page.keyboard.press('Enter');
          await page.waitForURL('**/subscribe/check-inbox*');
        } finally {
          stage.app.clock.now = start;
        }
      },
      { headers },
    );
  });
});
