import type { Browser } from 'playwright-core';
import type { Environment } from '#src/config';
import type { CaughtMail } from '#src/catcher/read-inbox';
import { openNewsroom } from '../digests/newsroom.js';
import { drain } from '../support/drain.js';
import { openBrowser } from './browser.js';
import { type ReaderApp, startReaderApp } from './reader-app.js';
import { openWalk, type Walk, type WalkOptions, type Way, ways } from './walk.js';

/** The real app with a digest sent in each language, to one reader of each way, and somebody who walks. */
export interface ReaderStage {
  app: ReaderApp;
  /** Whoever was sent the digest. */
  readerOf(way: Way): string;
  /** A reader's address that nobody has used. */
  newAddress(way: Way): string;
  /** Signed up and confirmed; what the welcome mail said. */
  join(way: Way): Promise<{ address: string; subscriptionId: string; welcome: CaughtMail }>;
  /** The row of a subscription, as it is now. */
  subscription(id: string): Promise<Record<string, unknown>>;
  newsletterName(way: Way): Promise<string>;
  walk(way: Way, journey: (walk: Walk) => Promise<void>, options?: WalkOptions): Promise<void>;
  close(): Promise<void>;
}

export const newsletterOf = ({ language }: Way) => (language === 'he' ? 'israel-briefing-he' : 'israel-briefing');
export const subscribePath = (way: Way) => `/subscribe?newsletter=${newsletterOf(way)}&src=article-footer`;
export const subjectOf = ({ language }: Way) => (language === 'he' ? 'הגשם והתקציב של השנה' : 'Rain and the budget of the year');
export const preheaderOf = ({ language }: Way) =>
  language === 'he' ? 'הכנרת עלתה בשבוע אחד עשר סנטימטרים' : 'The lake rose by eleven centimetres in a week';

export async function openReaderStage(settings: Environment = {}): Promise<ReaderStage> {
  const app = await startReaderApp({ settings: { TRUST_PROXY: '127.0.0.1', ...settings } });
  const browser: Browser | undefined = await openBrowser();
  let count = 0;
  const stage: ReaderStage = {
    app,
    readerOf: ({ language, scripts }) => `first.${language}.${scripts}@example.org`,
    newAddress({ language, scripts }) {
      count += 1;
      return `reader${count}.${language}.${scripts}@example.org`;
    },
    async join(way) {
      const address = stage.newAddress(way);
      await app.join(address, { newsletter: newsletterOf(way), language: way.language });
      const { rows } = await app.ctx.pool.query<{ id: string }>(
        'SELECT subscription.id FROM subscription JOIN subscriber ON subscriber.id = subscriber_id WHERE address = $1',
        [address],
      );
      const welcome = (await app.inbox.messages(address)).at(-1);
      if (!welcome) throw new Error(`${address} was not welcomed`);
      return { address, subscriptionId: rows[0]?.id ?? '', welcome };
    },
    async subscription(id) {
      const { rows } = await app.ctx.pool.query<Record<string, unknown>>('SELECT * FROM subscription WHERE id = $1', [id]);
      return rows[0] ?? {};
    },
    async newsletterName(way) {
      const { rows } = await app.ctx.pool.query<{ name: string }>('SELECT name FROM newsletter WHERE slug = $1', [newsletterOf(way)]);
      return rows[0]?.name ?? '';
    },
    async walk(way, journey, options) {
      if (!browser) throw new Error('There is no browser');
      const walk = await openWalk(browser, app.url, way, options);
      try {
        await journey(walk);
      } finally {
        await walk.context.close();
      }
    },
    async close() {
      await browser?.close();
      await app.close();
    },
  };
  await sendDigests(stage);
  return stage;
}

async function sendDigests({ app, readerOf }: ReaderStage): Promise<void> {
  const newsroom = openNewsroom(app.ctx);
  for (const way of ways) {
    await newsroom.reader({ address: readerOf(way), language: way.language, newsletter: newsletterOf(way) });
  }
  for (const way of ways.filter(({ scripts }) => scripts)) {
    const language = { inLanguage: way.language };
    const hebrew =
      way.language === 'he' ? { headline: 'הגשם מילא את הכנרת עד למפלס הגבוה מזה שנים', description: 'האגם עלה ואיתו מצב הרוח.' } : {};
    const own =
      way.language === 'he'
        ? { headline: 'מה עוד קרה השבוע בעיר', description: 'רשימה קצרה.' }
        : { headline: 'What else happened in town' };
    const articles = [
      await newsroom.article({ ...language, ...hebrew }),
      await newsroom.article({ ...language, ...own, url: null }),
      await newsroom.article({ ...language, ...hebrew }),
    ];
    const wanted = { newsletter: newsletterOf(way), articles, subject: subjectOf(way), preheader: preheaderOf(way) };
    const { body } = await app.api('POST', '/v1/digests', wanted);
    const sent = await app.api('PUT', `/v1/digests/${(body as { id: string }).id}/send`, { holdSeconds: 0 });
    if (sent.status >= 300) throw new Error(`the digest did not leave: ${JSON.stringify(sent.body)}`);
  }
  await drain(app.ctx);
}
