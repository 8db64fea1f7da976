import { operator } from '#src/accounts/actor';
import { recordAudit } from '#src/accounts/record-audit';
import { command, UsageError } from '#src/cli/command';
import { DigestWords } from '#src/digests/digest';
import { draftDigest } from '#src/digests/draft-digest';

const cadences = ['breaking', 'daily', 'weekly'] as const;

export const draft = command({
  summary: 'Draft a digest of stored articles, in this order',
  takes: '[ARTICLE-ID…]',
  options: {
    newsletter: { type: 'string', describe: 'its slug; israel-briefing when absent' },
    cadence: { type: 'string', describe: 'daily (the default), weekly or breaking' },
    subject: { type: 'string', describe: 'absent: made from the headlines' },
    preheader: { type: 'string', describe: 'absent: made from the headlines' },
    note: { type: 'string', describe: "the editor's note above the articles" },
  },
  async run(terminal, articles, { newsletter = 'israel-briefing', cadence: wanted = 'daily', ...words }) {
    const cadence = cadences.find((known) => known === wanted);
    if (!cadence) throw new UsageError(`No such cadence: ${wanted}.`);
    const written = DigestWords.safeParse(words);
    if (!written.success)
      throw new UsageError(written.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`).join('; '));
    if (terminal.isDryRun) {
      terminal.say(`Would draft a ${cadence} digest of ${articles.length} articles.`);
      return 0;
    }
    const ctx = terminal.ctx();
    const chosen = articles.map((articleId) => ({ articleId, headline: null, description: null, whyItMatters: null }));
    const digest = await draftDigest(ctx, { ...written.data, newsletter, cadence, articles: chosen });
    await recordAudit(ctx.db, operator, 'digest.draft', `digest:${digest.id}`);
    if (terminal.isJson) terminal.printJson({ id: digest.id, state: digest.state });
    else terminal.print(digest.id);
    return 0;
  },
});
