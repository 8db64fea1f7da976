import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { CaughtMail } from '#src/catcher/read-inbox';
import { writeLink } from '#src/links';
import { t } from '#src/locales';
import { linksIn } from '../support/inbox.js';
import { inBrowser } from './browser.js';
import { newsletterOf, openReaderStage, type ReaderStage } from './reader-stage.js';
import { ways } from './walk.js';

let stage: ReaderStage;

beforeAll(async () => {
  stage = await openReaderStage();
});
afterAll(() => stage.close());

const pathIn = (mail: CaughtMail, start: string) => (linksIn(mail, `${stage.app.url}${start}`)[0] ?? '').slice(stage.app.url.length);

describe.each(ways)('in $language, scripts: $scripts', (way) => {
  inBrowser('R4: less, later, elsewhere: one form and one press', async () => {
    const { address, subscriptionId, welcome } = await stage.join(way);
    const moved = `new.${address}`;
    await stage.walk(way, async ({ page, go, at, press, tick, type }) => {
      await go(pathIn(welcome, '/preferences/'));
      await at('#newEmail');
      await tick(`input[name="${newsletterOf(way)}"][value=daily]`);
      await tick(`input[name="${newsletterOf(way)}"][value=weekly]`);
      await page.fill('#pausedUntil', (await page.getAttribute('#pausedUntil', 'max')) ?? ''); // its parts come in the order of the reader's country
      await type('#newEmail', 'nonsense');
      await press('form .button');
      await at('.error-summary');
      expect((await stage.subscription(subscriptionId))['cadences']).toEqual(['daily']);
      await type('#newEmail', moved);
      await press('form .button');
      await at('.banner-success[role=status]');
      const after = await stage.subscription(subscriptionId);
      expect([after['cadences'], after['paused_until'] !== null]).toEqual([['weekly'], true]);
      await stage.app.drain();
      await go(await stage.app.mailedPath(moved, '/confirm/'));
      await at('form button');
      await press('form button');
      await page.waitForSelector('main:not(:has(form))');
      await at('.lead');
      await stage.app.drain();
      expect((await stage.app.inbox.messages(address)).at(-1)?.subject).toBe(
        t(way.language, 'email.addressChanged.subject', { newsletter: await stage.newsletterName(way) }),
      );
    });
  });

  inBrowser('R4: a link of a mail from last season says so, and mails another', async () => {
    const { address, subscriptionId } = await stage.join(way);
    const { ctx, clock } = stage.app;
    const old = writeLink(ctx.config.keys, 'preferences', subscriptionId, new Date(clock.now.getTime() - 100 * 86_400_000));
    await stage.walk(way, async ({ go, at, press }) => {
      await go(`/preferences/${old}`);
      await at('form button');
      await press('form button');
      await at('[role=status]');
      await stage.app.drain();
      await go(await stage.app.mailedPath(address, '/data/'));
      await press('a[href^="/preferences/"]');
      await at('#newEmail');
    });
  });

  inBrowser('R5: out by the mail program’s button, or by the link and one press; back for a day, or a pause', async () => {
    const { subscriptionId, welcome } = await stage.join(way);
    const path = pathIn(welcome, '/u/');
    const oneClick = await fetch(`${stage.app.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    });
    expect([oneClick.status, (await stage.subscription(subscriptionId))['state']]).toEqual([200, 'left']);
    await stage.walk(way, async ({ page, go, at, press, tick }) => {
      await go(path);
      await at('form[action$="/undo"]');
      await press('form[action$="/undo"] button');
      await at('[role=status]');
      expect((await stage.subscription(subscriptionId))['state']).toBe('active');
      await press('form button');
      await page.waitForSelector('form[action$="/pause"]');
      await at('form[action$="/pause"]');
      expect((await stage.subscription(subscriptionId))['state']).toBe('left');
      await press('form[action$="/pause"] button');
      await at('[role=status]');
      expect((await stage.subscription(subscriptionId))['paused_until']).not.toBeNull();
      await press('form button');
      await page.waitForSelector('form[action$="/reason"]');
      await tick('input[name=reason]');
      await press('form[action$="/reason"] button');
      await at('.banner-success');
      expect((await stage.subscription(subscriptionId))['state']).toBe('left');
    });
  });

  inBrowser('R6: whoever is forwarded the mail sees no address, and gets no data without the owner’s mailbox', async () => {
    const { address, subscriptionId, welcome } = await stage.join(way);
    const before = (await stage.app.inbox.messages(address)).length;
    await stage.walk(way, async ({ page, go, at, press }) => {
      const [notMe, data] = (['notMe', 'data'] as const).map((purpose) =>
        writeLink(stage.app.ctx.config.keys, purpose, subscriptionId, stage.app.clock.now),
      );
      const paths = ['/u/', '/preferences/', '/welcome/'].map((start) => pathIn(welcome, start));
      for (const path of [...paths, `/not-me/${notMe}`, `/data/${data}`]) {
        await go(path);
        await at('h1');
        expect([path.split('/')[1], (await page.content()).includes(address)]).toEqual([path.split('/')[1], false]);
        expect(await page.textContent('main')).toContain('•••@example.org');
      }
      await go(pathIn(welcome, '/preferences/'));
      await press('button[name=ask]');
      await at('[role=status]');
      expect(await page.content()).not.toContain(address);
      // An unsubscribe link never expires and goes around with old mails: it gives the choices, but not the address away.
      await go(pathIn(welcome, '/u/'));
      await press('a[href^="/preferences/"]');
      await at('form .button');
    });
    await stage.app.drain();
    expect((await stage.app.inbox.messages(address)).length).toBe(before + 1);
    expect(await stage.app.mailedPath(address, '/data/')).toMatch(/^\/data\//);
  });

  inBrowser('R7: everything to take along, or to erase, by a link that is mailed', async () => {
    const { address } = await stage.join(way);
    await stage.walk(way, async ({ page, go, at, press, tick, type }) => {
      await go('/data');
      await at('#email');
      await type('#email', address);
      await page.keyboard.press('Enter');
      await at('[role=status]');
      await stage.app.drain();
      await go(await stage.app.mailedPath(address, '/data/'));
      await at('button[value=export]');
      const [download] = await Promise.all([page.waitForEvent('download'), press('button[value=export]')]);
      expect(download.suggestedFilename()).toBe('israel-briefing-data.json');
      await press('button[value=erase]');
      await at('.error-summary');
      await tick('input[name=sure]');
      await press('button[value=erase]');
      await page.waitForSelector('main:not(:has(form))');
      await at('.lead');
    });
    const { rows } = await stage.app.ctx.pool.query('SELECT 1 FROM subscriber WHERE address = $1', [address]);
    expect(rows).toEqual([]);
  });
});
