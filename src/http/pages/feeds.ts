import type { PublishedDigest } from '#src/digests/published-digests';
import { escapeHtml } from '#src/http/pages/escape-html';
import { t } from '#src/locales';

export interface Feed {
  type: string;
  text: string;
}

const title = t('en', 'page.site');
const xmlTitle = xml(title);

/** RFC 4287. */
export function atomFeed(publicUrl: string, digests: readonly PublishedDigest[]): Feed {
  const entries = digests.map((digest) => {
    const url = xml(digestUrl(publicUrl, digest));
    const summary = digest.preheader === '' ? '' : `<summary>${xml(digest.preheader)}</summary>`;
    return `<entry xml:lang="${digest.language}"><id>${url}</id><title>${xml(digest.subject)}</title><link rel="alternate" type="text/html" href="${url}"/>
<published>${digest.publishedAt.toISOString()}</published><updated>${digest.publishedAt.toISOString()}</updated>${summary}</entry>`;
  });
  const updated = (digests[0]?.publishedAt ?? new Date(0)).toISOString();
  const head = `<id>${xml(publicUrl)}/digests</id><title>${xmlTitle}</title><updated>${updated}</updated><author><name>${xmlTitle}</name></author>
<link rel="alternate" href="${xml(publicUrl)}/digests"/><link rel="self" href="${xml(publicUrl)}/digests/feed.atom"/>`;
  return {
    type: 'application/atom+xml',
    text: `<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">${head}\n${entries.join('\n')}\n</feed>\n`,
  };
}

/** RSS 2.0 and the RSS Advisory Board's profile: an item's description is HTML, so its text is escaped twice. */
export function rssFeed(publicUrl: string, digests: readonly PublishedDigest[]): Feed {
  const items = digests.map((digest) => {
    const url = xml(digestUrl(publicUrl, digest));
    const description = digest.preheader === '' ? '' : `<description>${xml(escapeHtml(digest.preheader))}</description>`;
    return `<item><title>${xml(digest.subject)}</title><link>${url}</link><guid isPermaLink="true">${url}</guid>
<pubDate>${digest.publishedAt.toUTCString()}</pubDate>${description}</item>`;
  });
  const head = `<title>${xmlTitle}</title><link>${xml(publicUrl)}/digests</link><description>${xmlTitle}</description>
<atom:link rel="self" type="application/rss+xml" href="${xml(publicUrl)}/digests/feed.rss"/>`;
  return {
    type: 'application/rss+xml',
    text: `<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>${head}\n${items.join('\n')}\n</channel></rss>\n`,
  };
}

/** JSON Feed 1.1: an item must have content. */
export function jsonFeed(publicUrl: string, digests: readonly PublishedDigest[]): Feed {
  const items = digests.map((digest) => ({
    id: digestUrl(publicUrl, digest),
    url: digestUrl(publicUrl, digest),
    title: digest.subject,
    content_text: digest.preheader || digest.subject,
    date_published: digest.publishedAt.toISOString(),
    language: digest.language,
  }));
  const feed = {
    version: 'https://jsonfeed.org/version/1.1',
    title,
    home_page_url: `${publicUrl}/digests`,
    feed_url: `${publicUrl}/digests/feed.json`,
    authors: [{ name: title }],
    items,
  };
  return { type: 'application/feed+json', text: `${JSON.stringify(feed, null, 2)}\n` };
}

function digestUrl(publicUrl: string, { slug }: PublishedDigest): string {
  return `${publicUrl}/digests/${encodeURIComponent(slug)}`;
}

/** XML 1.0 §2.2 knows no control characters, no halves of a pair, and not the last two of the plane. */
function xml(text: string): string {
  return escapeHtml(text.toWellFormed().replace(/(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/gu, ''));
}
