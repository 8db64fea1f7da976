import { addArticle } from '#src/articles/add-article';
import type { ArticleInput, StoredArticle } from '#src/articles/article';
import { storeArticle } from '#src/articles/store-article';
import { readSource } from '#src/cli/article/read-source';
import { command, type Terminal, UsageError } from '#src/cli/command';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import { findNewsletter } from '#src/newsletters/find-newsletter';
import { houseZone } from '#src/newsletters/house-zone';

export const importArticles = command({
  summary: 'Store articles from files (text, HTML, JSON) or from pages on the web',
  takes: 'FILE…|URL…',
  options: {
    newsletter: { type: 'string', describe: 'whose clock and language hold for articles that name none' },
    language: { type: 'string', describe: 'of articles that name none, such as en or he; else it is guessed' },
  },
  async run(terminal, sources, options) {
    if (sources.length === 0) throw new UsageError('Say at least one file or address.');
    if (options.language !== undefined && !/^[a-z]{2,3}(-[a-z\d]{1,8})*$/i.test(options.language))
      throw new UsageError('--language is one such as en or he.');
    const ctx = terminal.ctx();
    const newsletter = options.newsletter === undefined ? null : await findNewsletter(ctx, options.newsletter);
    const zone = newsletter?.zone ?? (await houseZone(ctx));
    const batch: Batch = { ctx, zone, language: options.language ?? newsletter?.language, isDryRun: terminal.isDryRun, taken: new Map() };
    return tell(terminal, await importEach(batch, sources));
  },
});

interface Batch {
  ctx: Context;
  zone: string;
  language: string | undefined;
  isDryRun: boolean;
  /** Ids of this command line, and the files that they came from. */
  taken: Map<string, string>;
}

type Result = { source: string } & (
  | { id: string | null; outcome: StoredArticle['outcome'] | 'would store'; headline: string; notes: string[] }
  | { fault: string }
);

/** One that cannot be read does not keep the others out. */
async function importEach(batch: Batch, sources: string[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const source of sources) {
    try {
      results.push({ source, ...(await importOne(batch, source)) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      results.push({ source, fault: error.message });
    }
  }
  return results;
}

async function importOne({ ctx, zone, language, isDryRun, taken }: Batch, source: string) {
  const { id, input: read } = await readSource(source, zone);
  const input: ArticleInput = language === undefined ? read : { ...read, inLanguage: read.inLanguage ?? language };
  const first = id === null ? undefined : taken.get(id);
  if (first !== undefined) throw new Refusal('conflict', `It has the id "${id}", and so has ${first}: rename one.`);
  if (id !== null) taken.set(id, source);
  if (isDryRun) return { id, outcome: 'would store' as const, headline: input.headline, notes: input.notes };
  const { article, outcome } = id === null ? await addArticle(ctx, input) : await storeArticle(ctx, id, input);
  return { id: article.id, outcome, headline: article.headline, notes: article.notes };
}

function tell(terminal: Terminal, results: Result[]): 0 | 1 {
  const faults = results.filter((result) => 'fault' in result);
  if (terminal.isJson) terminal.printJson({ items: results.filter((result) => !('fault' in result)), faults });
  for (const result of results) {
    if ('fault' in result) terminal.say(`${result.source}: ${result.fault}`);
    else if (!terminal.isJson) terminal.print([result.outcome, result.id ?? result.source, result.headline, ...result.notes].join('\t'));
  }
  return faults.length === 0 ? 0 : 1;
}
