import { command, type Noun, UsageError } from '#src/cli/command';
import { reportSources, type SourceReport } from '#src/subscribers/report-sources';

const sources = command({
  summary: 'Where sign-ups came from, how many confirmed, and how many still read after thirty days',
  takes: 'SLUG',
  options: { days: { type: 'string', describe: 'of how many days, 1 to 400; 90 when absent' } },
  async run(terminal, [slug, ...others], options) {
    if (slug === undefined || others.length > 0) throw new UsageError('Say one newsletter, such as israel-briefing.');
    const days = Number(options.days ?? 90);
    if (!Number.isInteger(days) || days < 1 || days > 400) throw new UsageError('--days is a number from 1 to 400.');
    const items = await reportSources(terminal.ctx(), slug, days);
    if (terminal.isJson) terminal.printJson({ items });
    else for (const line of [heading, ...items.map(lineOf)]) terminal.print(line.join('\t'));
    if (items.length === 0) terminal.say('Nobody has signed up in this time.');
    return 0;
  },
});

const heading = ['source', 'asked', 'confirmed', 'confirmed 30 days ago', 'of these still reading'];

function lineOf({ source, asked, confirmed, confirmedThirtyDaysAgo, readingAfterThirtyDays }: SourceReport): string[] {
  return [source === '' ? '(none)' : source, ...[asked, confirmed, confirmedThirtyDaysAgo, readingAfterThirtyDays].map(String)];
}

export const newsletterNoun: Noun = { summary: 'newsletters', verbs: { sources } };
