import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { inBrowser } from './browser.js';
import { openPublisher, type Publisher } from './publisher.js';
import { openReaderStage, type ReaderStage, subscribePath } from './reader-stage.js';
import { signUp } from './sign-up.js';
import { type Walk, ways } from './walk.js';

let stage: ReaderStage;
let publisher: Publisher;

beforeAll(async () => {
  publisher = await openPublisher(() => stage.app.url);
  stage = await openReaderStage({ BRIEFING_EMBED_ORIGINS: publisher.url });
});
afterAll(async () => {
  await stage.close();
  await publisher.close();
});

const bodyOf = ({ page }: Walk) => page.locator('main').innerText();

describe.each(ways)('in $language, scripts: $scripts', (way) => {
  inBrowser.each(['link', 'form', 'element'])("V1: the %s on a publisher's page, pasted from ours, leads to a sign-up", async (wayIn) => {
    const address = stage.newAddress(way);
    await stage.walk(way, async (walk) => {
      const { page, go, type, press } = walk;
      await go(`/embed?lang=${way.language}`);
      await walk.at(`#snippet-${wayIn}`);
      publisher.paste(await page.locator(`#snippet-${wayIn}`).innerText());
      await go(publisher.url);
      if (wayIn === 'link') {
        await press('a');
        await walk.at('#email');
        await type('#email', address);
        await page.keyboard.press('Enter');
      } else {
        await type('[name=email]', address);
        await press('button');
      }
      if (wayIn === 'element' && way.scripts) {
        await page.locator('[role=status]:visible').waitFor(); // a function to wait for would need what the page's policy forbids
        expect(await page.inputValue('[name=email]')).toBe('');
        expect([page.url(), await walk.context.cookies(publisher.url)]).toEqual([`${publisher.url}/`, []]);
      } else await page.waitForURL('**/subscribe/check-inbox*');
    });
    const { rows } = await stage.app.ctx.pool.query('SELECT source, language FROM signup_request WHERE address = $1', [address]);
    expect(rows).toEqual([{ source: 'article-footer', language: way.language }]);
  });

  inBrowser('V2: one field; what is wrong is said at once, a slip is asked about and may be kept', async () => {
    await stage.walk(way, async ({ page, go, at, type, press }) => {
      await go(subscribePath(way));
      await at('#email');
      expect(await page.locator('main input:not([type=hidden]):not(.trap *)').count()).toBe(1);
      await type('#email', 'nonsense');
      await page.keyboard.press('Enter');
      await at('.error-summary');
      expect(await page.evaluate('document.activeElement.className')).toContain('error-summary');
      expect([await page.inputValue('#email'), await page.getAttribute('#email', 'aria-invalid')]).toEqual(['nonsense', 'true']);
      await press('.error-summary a');
      expect(await page.evaluate('document.activeElement.id')).toBe('email');
      await type('#email', 'anna@homtail.com');
      await page.keyboard.press('Enter');
      await at('button[name=suggested]');
      await press('button[name=asTyped]');
      await page.waitForURL('**/subscribe/check-inbox*');
      expect(await page.textContent('main')).toContain('anna@homtail.com');
    });
  });

  inBrowser('V3: whoever asks, new, waiting, subscribed or barred, reads the same', async () => {
    const known = (await stage.join(way)).address;
    const [fresh, waiting, barred] = [stage.newAddress(way), stage.newAddress(way), stage.newAddress(way)];
    await stage.app.post('/subscribe', { email: waiting });
    await stage.app.api('POST', '/v1/suppressions', { email: barred });
    const read = new Set<string>();
    for (const address of [fresh, waiting, known, barred]) {
      await stage.walk(way, async (walk) => {
        await signUp(walk, way, address);
        read.add((await bodyOf(walk)).replaceAll(address, 'ADDRESS'));
      });
    }
    expect(read.size).toBe(1);
    expect([...read][0]).toContain('ADDRESS');
  });

  inBrowser('V4: the next page says who writes and what to look for, opens the mailbox and sends again', async () => {
    const address = stage.newAddress(way).replace('@example.org', '@gmail.com');
    await stage.walk(way, async (walk) => {
      const { page, at, press } = walk;
      await signUp(walk, way, address);
      await at('dl');
      expect(await page.getAttribute('main a.button', 'href')).toBe('https://mail.google.com/');
      await stage.app.drain();
      const [mail] = await stage.app.inbox.messages(address);
      expect(await bodyOf(walk)).toContain(mail?.subject);
      await press('form button');
      await at('.banner-warning[role=status]'); // too soon
      await at('a[href^="/subscribe"]'); // another address
    });
  });
});
