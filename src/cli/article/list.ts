import type { Article } from '#src/articles/article';
import { listArticles } from '#src/articles/list-articles';
import { command, UsageError } from '#src/cli/command';

export const list = command({
  summary: 'List stored articles, newest first',
  options: {
    q: { type: 'string', describe: 'words to find; the last may be a beginning' },
    section: { type: 'string', describe: 'of this section only' },
    unused: { type: 'boolean', describe: 'only those in no digest that left' },
    limit: { type: 'string', describe: 'how many at most, 1 to 200; 50 when absent' },
  },
  async run(terminal, args, options) {
    if (args.length > 0) throw new UsageError('The list takes no names: use --q to search.');
    const limit = Number(options.limit ?? 50);
    if (!Number.isInteger(limit) || limit < 1 || limit > 200) throw new UsageError('--limit is a number from 1 to 200.');
    const { q, section, unused } = options;
    const articles = await listArticles(terminal.ctx(), { q, section, limit, unused: unused === true ? true : undefined });
    if (terminal.isJson) terminal.printJson({ items: articles.map(shown) });
    else
      for (const article of articles)
        terminal.print([timeOf(article.datePublished), article.id, article.headline, ...marks(article)].join('\t'));
    return 0;
  },
});

function marks(article: Article): string[] {
  return article.withdrawnAt === null ? article.notes : ['withdrawn', ...article.notes];
}

function shown(article: Article) {
  const { id, headline, url, inLanguage, articleSection, kind, withdrawnAt, notes } = article;
  const datePublished = timeOf(article.datePublished);
  return { id, headline, url, datePublished, inLanguage, articleSection, kind, withdrawnAt: withdrawnAt && timeOf(withdrawnAt), notes };
}

/** RFC 3339, to the second. */
function timeOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
