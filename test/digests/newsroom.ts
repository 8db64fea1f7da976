import { ArticleInput } from '#src/articles/article';
import { storeArticle } from '#src/articles/store-article';
import type { Context } from '#src/context';
import type { Cadence } from '#src/db/tables';

/** What a digest needs around it: stored articles and confirmed readers. */
export function openNewsroom(ctx: Context) {
  let count = 0;
  return {
    /** An article published a minute before now; returns its id. */
    async article(more: Partial<Record<string, unknown>> & { id?: string } = {}): Promise<string> {
      count += 1;
      const { id = `article-${count}`, ...rest } = more;
      const input = ArticleInput.parse({
        headline: headlines[count % headlines.length],
        description: 'Ministers met late on Sunday and agreed on the outline of a plan that parliament is to debate this week.',
        url: `https://news.example.org/${id}`,
        datePublished: new Date(ctx.now().getTime() - 60_000).toISOString(),
        inLanguage: 'en',
        articleBody: ['The first paragraph says what happened.', 'The second says why it matters to those who live there.'],
        ...rest,
      });
      await storeArticle(ctx, id, input);
      return id;
    },

    /** A confirmed reader; returns the subscriber's id. */
    async reader({
      newsletter = 'israel-briefing',
      language = 'en',
      cadences = ['daily'],
      address = '',
    }: ReaderWish = {}): Promise<string> {
      count += 1;
      const subscriber = await ctx.db
        .insertInto('subscriber')
        .values({ address: address || `reader-${count}@example.net`, state: 'active', language })
        .returning('id')
        .executeTakeFirstOrThrow();
      const { id } = await ctx.db.selectFrom('newsletter').select('id').where('slug', '=', newsletter).executeTakeFirstOrThrow();
      await ctx.db
        .insertInto('subscription')
        .values({
          subscriber_id: subscriber.id,
          newsletter_id: id,
          state: 'active',
          cadences,
          language,
          confirmed_at: new Date('2026-01-05T10:00:00Z'),
        })
        .execute();
      return subscriber.id;
    },

    async newsletterId(slug = 'israel-briefing'): Promise<string> {
      return (await ctx.db.selectFrom('newsletter').select('id').where('slug', '=', slug).executeTakeFirstOrThrow()).id;
    },
  };
}

interface ReaderWish {
  newsletter?: string;
  language?: string;
  cadences?: Cadence[];
  address?: string;
}

const headlines = [
  'Cabinet agrees on the outline of a budget',
  'Rain fills the Sea of Galilee to its highest level in years',
  'Airport workers call off their strike',
  'A museum in Haifa opens its archive',
  'Researchers in Rehovot map a protein',
  'Trains to Jerusalem run through the night',
];
