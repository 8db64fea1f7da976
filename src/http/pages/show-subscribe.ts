import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import { type Db, isDatabaseAway } from '#src/db/client';
import { digestLink } from '#src/http/pages/digest-link';
import { pageLanguage } from '#src/http/pages/page-language';
import type { NewsletterChoice, PageVariables } from '#src/http/pages/page-variables';
import { newChallenge } from '#src/http/pages/proof-of-work';
import { publicationDays } from '#src/http/pages/publication-days';
import { showPage } from '#src/http/pages/show-page';
import { defaultNewsletter, stampOf } from '#src/http/pages/sign-up-form';
import { t } from '#src/locales';
import { latestPublished } from '#src/digests/published-digests';

type State = Partial<
  Pick<PageVariables['subscribe'], 'email' | 'source' | 'faults' | 'suggestion' | 'disposable' | 'robots' | 'pressAgain' | 'trouble'>
>;

interface Shown {
  newsletter: string;
  status?: number;
  state?: State;
  language?: string;
}

/** The sign-up page in any of its states. What was typed is never lost, not even while the database is away. */
export async function showSubscribe(ctx: Context, request: Request, response: Response, shown: Shown): Promise<void> {
  const { newsletters, latest } = await surroundings(ctx, shown.newsletter);
  const newsletter = newsletters.find(({ slug }) => slug === shown.newsletter);
  if (!newsletter) return showPage(ctx, request, response, { page: 'error', status: 404, variables: notFound(response) });
  if (!newsletter.isOpen)
    return showPage(ctx, request, response, {
      page: 'subscribe-closed',
      status: shown.status ?? 200,
      variables: { newsletterName: newsletter.name },
    });
  const language = pageLanguage(request, shown.language);
  const variables = {
    newsletter,
    otherNewsletters: newsletters.filter(({ slug, isOpen }) => isOpen && slug !== newsletter.slug),
    latest,
    email: '',
    source: '',
    stamp: stampOf(ctx.now()),
    challenge: newChallenge(ctx),
    days: newsletter.dailyOn.length === 0 ? undefined : publicationDays(language, newsletter.dailyOn),
    faults: [],
    ...shown.state,
  };
  const keep = {
    ...(newsletter.slug === defaultNewsletter ? {} : { newsletter: newsletter.slug }),
    ...(variables.source === '' ? {} : { src: variables.source }),
  };
  showPage(ctx, request, response, { page: 'subscribe', status: shown.status ?? 200, language, variables, keep });
}

/** `dailyOn`: the weekdays of its daily schedule, 0 is Sunday; none without one. */
type Newsletter = NewsletterChoice & { id: string; zone: string; isOpen: boolean; dailyOn: number[] };

/** What stood around the form the last time is good enough when the database is away. */
let lastNewsletters: Newsletter[] = [
  { id: '0', slug: defaultNewsletter, name: t('en', 'page.site'), language: 'en', zone: 'UTC', isOpen: true, dailyOn: [] },
];

async function surroundings(
  { db }: Context,
  slug: string,
): Promise<{ newsletters: Newsletter[]; latest: PageVariables['subscribe']['latest'] }> {
  try {
    lastNewsletters = await selectNewsletters(db);
    const newsletter = lastNewsletters.find((row) => row.slug === slug);
    const latest = newsletter ? await latestPublished(db, newsletter.id) : null;
    return { newsletters: lastNewsletters, latest: latest ? digestLink(latest) : undefined };
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    return { newsletters: lastNewsletters, latest: undefined };
  }
}

function selectNewsletters(db: Db): Promise<Newsletter[]> {
  return db
    .selectFrom('newsletter')
    .leftJoin('schedule', (join) =>
      join.onRef('newsletter_id', '=', 'newsletter.id').on('cadence', '=', 'daily').on('is_enabled', '=', true),
    )
    .select(['newsletter.id', 'slug', 'name', 'language', 'zone', 'is_open as isOpen'])
    .select(({ fn, val }) => fn.coalesce('weekdays', val<number[]>([])).as('dailyOn'))
    .orderBy('newsletter.id')
    .execute();
}

function notFound(response: Response): PageVariables['error'] {
  return { status: 404, requestId: String(response.locals['requestId']), latest: [] };
}
