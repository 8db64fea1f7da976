import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseFragment, defaultTreeAdapter as tree } from 'parse5';
import type { Browser, Page } from 'playwright-core';
import { withdrawDigest } from '#src/digests/withdraw-digest';
import { openNewsroom } from '../digests/newsroom.js';
import { drain } from '../support/drain.js';
import { inBrowser, openBrowser } from './browser.js';
import { atomFaults } from './atom-faults.js';
import { jsonFeedFaults } from './json-feed-faults.js';
import { rssFaults } from './rss-faults.js';
import { type XmlElement, xmlTextFaults } from './xml-element.js';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
let browser: Browser | undefined;
let page: Page;
const kinds = ['atom', 'rss', 'json'] as const;

/** Subject and preheader, as editors, feeds and enemies write them. */
const hostile: [subject: string, preheader: string][] = [
  ['Budget & rain: <what> follows', 'A < b, AT&T, &amp; and &lt;script&gt;'],
  [']]> ends <![CDATA[ and <?xml?> <!-- begins', ']]>'],
  ['הכותרת \u202Eהפוכה\u202C & "ציטוט"', 'מילים \u2067עבריות\u2069 ו-English'],
  ['\u{1F30A} 👨‍👩‍👧 flags 🇮🇱', '\u{1F327}\u{FE0F}'],
  ['\u0001\u0008\u000B\u001F\u007F\u0085 controls', 'bell \u0007 and \uFFFE\uFFFF'],
  ['</title></entry><entry><id>urn:evil</id>', '"\'><img src=x onerror=alert(1)>'],
  ['Nothing more', ''],
];

beforeAll(async () => {
  app = await startReaderApp();
  browser = await openBrowser();
  if (browser) page = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

const feedText = async (kind: (typeof kinds)[number]) => {
  const bytes = await (await app.fetch(`/digests/feed.${kind}`)).arrayBuffer();
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
};

/** By Chromium's parser, which takes nothing that is not well-formed and knows namespaces. */
async function parseXml(text: string): Promise<XmlElement> {
  const root = (await page.evaluate(`(${readXml})(${JSON.stringify(text)})`)) as XmlElement;
  if (root.name === 'parsererror') throw new Error(root.text);
  return root;
}

const readXml = `(text) => {
  const document = new DOMParser().parseFromString(text, 'application/xml');
  const read = (element) => ({
    name: element.localName,
    namespace: element.namespaceURI ?? '',
    attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
    text: [...element.childNodes].filter(({ nodeType }) => nodeType === 3 || nodeType === 4).map(({ data }) => data).join(''),
    children: [...element.children].map(read),
  });
  const broken = document.querySelector('parsererror');
  return broken ? { name: 'parsererror', text: broken.textContent } : read(document.documentElement);
}`;

const visible = (text: string) => text.replace(/(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/gu, '');

async function faultsOf(kind: (typeof kinds)[number], text: string): Promise<string[]> {
  if (kind === 'json') return jsonFeedFaults(JSON.parse(text));
  const check = kind === 'atom' ? atomFaults : rssFaults;
  return [...xmlTextFaults(text), ...check(await parseXml(text))];
}

inBrowser.each(kinds)('before the first digest the %s feed is valid and empty', async (kind) => {
  const text = await feedText(kind);
  expect(await faultsOf(kind, text)).toEqual([]);
  expect(text).not.toMatch(/<entry|<item|"id"/);
});

describe('with headlines of every kind', () => {
  const ids: string[] = [];

  beforeAll(async () => {
    const newsroom = openNewsroom(app.ctx);
    await newsroom.reader();
    for (const [place, [subject, preheader]] of hostile.entries()) {
      app.clock.now = new Date(app.clock.now.getTime() + 24 * 3_600_000);
      const articles = [await newsroom.article(), await newsroom.article(), await newsroom.article()];
      const { body } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles, subject: `Digest ${place}` });
      const { id } = body as { id: string };
      await app.api('PUT', `/v1/digests/${id}/send`, { holdSeconds: 0 });
      await drain(app.ctx);
      // What no door lets in may stand in a table that somebody else filled.
      await app.ctx.pool.query(`UPDATE content SET email = email || $2::jsonb WHERE digest_id = $1`, [
        id,
        JSON.stringify({ subject, preheader }),
      ]);
      ids.push(id);
    }
  });

  const newestFirst = hostile.toReversed();

  inBrowser.each(kinds)('the %s feed is what its standard says', async (kind) => {
    expect(await faultsOf(kind, await feedText(kind))).toEqual([]);
  });

  inBrowser('a reader of the Atom feed reads what was written', async () => {
    const entries = (await parseXml(await feedText('atom'))).children.filter(({ name }) => name === 'entry');
    const read = entries.map(({ children }) =>
      ['title', 'summary'].map((name) => children.find((child) => child.name === name)?.text ?? ''),
    );
    expect(read).toEqual(newestFirst.map((texts) => texts.map(visible)));
  });

  inBrowser('a reader of the RSS feed too, where a description is HTML', async () => {
    const [channel] = (await parseXml(await feedText('rss'))).children;
    const items = channel?.children.filter(({ name }) => name === 'item') ?? [];
    const read = items.map(({ children }) => {
      const html = parseFragment(children.find(({ name }) => name === 'description')?.text ?? '').childNodes;
      const texts = html.map((node) => (tree.isTextNode(node) ? node.value : `an element ${node.nodeName}`));
      return [children.find(({ name }) => name === 'title')?.text, texts.join('')];
    });
    expect(read).toEqual(newestFirst.map((texts) => texts.map(visible)));
  });

  test('and of the JSON feed', async () => {
    const { items } = JSON.parse(await feedText('json')) as { items: { title: string; content_text: string }[] };
    expect(items.map((item) => [item.title, item.content_text])).toEqual(
      newestFirst.map(([subject, preheader]) => [subject, preheader || subject]),
    );
  });

  inBrowser.each(kinds)(
    'a digest that was withdrawn leaves the %s feed, which stays valid, and comes back when it is restored',
    async (kind) => {
      const id = ids[2] ?? '';
      const slug = ((await app.ctx.pool.query('SELECT slug FROM digest WHERE id = $1', [id])).rows[0] as { slug: string }).slug;
      await withdrawDigest(app.ctx, id, { withdrawn: true });
      const without = await feedText(kind);
      await withdrawDigest(app.ctx, id, { withdrawn: false });
      expect([without.includes(`/digests/${slug}`), (await feedText(kind)).includes(`/digests/${slug}`)]).toEqual([false, true]);
      expect(await faultsOf(kind, without)).toEqual([]);
    },
  );

  test.each(kinds)('a program that has the %s feed already is told so', async (kind) => {
    const tag = (await app.fetch(`/digests/feed.${kind}`)).headers.get('etag') ?? '';
    const headers = { 'if-none-match': tag, 'cache-control': 'max-age=0' }; // fetch says no-cache by itself
    expect((await app.fetch(`/digests/feed.${kind}`, { headers })).status).toBe(304);
  });

  inBrowser.each([
    ['atom', /<id>[^<]*<\/id>/, '', '0 id'],
    ['atom', /<updated>[^<]*/, '<updated>yesterday', '§3.3'],
    ['atom', /xmlns="[^"]*"/, '', '§4.1.1'],
    ['atom', /<link rel="self"[^>]*>/, '', 'no link to itself'],
    ['atom', /<author>.*<\/author>/, '', 'no author'],
    ['atom', /<entry/, '<entri/><entry', 'unknown entri'],
    ['atom', /<link rel="alternate" type[^>]*>/, '', 'neither content nor alternate'],
    ['atom', /<title>Nothing more/, '<title><b>Nothing</b> more', 'has elements'],
    ['atom', /xml:lang="en"/, 'xml:lang="English!"', '§2'],
    ['atom', /Nothing more/, 'Nothing\u0001more', 'XML does not know'],
    ['rss', /<guid[^>]*>[^<]*/, '<guid>7', 'no permanent link'],
    ['rss', /<pubDate>\w{3}/, '<pubDate>Xyz', 'date'],
    ['rss', /<link>[^<]*/, '<link>/digests', 'link'],
    ['rss', /<description>[^<]*/, '<description>', 'empty description'],
    ['rss', /<item>/, '<item><item/>', 'unknown item'],
    ['rss', /version="2.0"/, 'version="2"', 'root'],
    ['json', /version\/1\.1/, 'version/1', 'version'],
    ['json', /"id": "[^"]*"/, '"id": 7', 'item: id'],
    ['json', /"date_published": "[^"]*"/, '"date_published": "Monday"', 'date_published'],
    ['json', /"content_text"/, '"contentText"', 'neither'],
    ['json', /"authors": \[[^\]]*\]/, '"author": {}', 'author'],
  ] as const)('the check of the %s feed finds %s made into "%s"', async (kind, wanted, broken, fault) => {
    const text = await feedText(kind);
    expect(wanted.test(text)).toBe(true);
    const spoilt = text.replace(wanted, broken);
    const faults = await faultsOf(kind, spoilt).catch((error: Error) => [...xmlTextFaults(spoilt), error.message]);
    expect(faults.join('; ')).toContain(fault);
  });
});
