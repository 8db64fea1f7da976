import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import { isDatabaseAway } from '#src/db/client';
import { digestLink } from '#src/http/pages/digest-link';
import { pageLanguage } from '#src/http/pages/page-language';
import type { NewsletterChoice, PageVariables } from '#src/http/pages/page-variables';
import { showPage } from '#src/http/pages/show-page';
import { defaultNewsletter, stampOf } from '#src/http/pages/sign-up-form';
import { latestPublished } from '#src/digests/published-digests';

type State = Partial<Pick<PageVariables['subscribe'], 'email' | 'source' | 'faults' | 'suggestion' | 'pressAgain' | 'trouble'>>;

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
    faults: [],
    ...shown.state,
  };
  const keep = {
    ...(newsletter.slug === defaultNewsletter ? {} : { newsletter: newsletter.slug }),
    ...(variables.source === '' ? {} : { src: variables.source }),
  };
  showPage(ctx, request, response, { page: 'subscribe', status: shown.status ?? 200, language, variables, keep });
}

type Newsletter = NewsletterChoice & { id: string; isOpen: boolean };

/** What stood around the form the last time is good enough when the database is away. */
let lastNewsletters: Newsletter[] = [{ id: '0', slug: defaultNewsletter, name: 'Israel Briefing', language: 'en', isOpen: true }];

async function surroundings(
  { db }: Context,
  slug: string,
): Promise<{ newsletters: Newsletter[]; latest: PageVariables['subscribe']['latest'] }> {
  try {
    const rows = await db.selectFrom('newsletter').select(['id', 'slug', 'name', 'language', 'is_open']).orderBy('id').execute();
    lastNewsletters = rows.map(({ is_open, ...row }) => ({ ...row, isOpen: is_open }));
    const newsletter = lastNewsletters.find((row) => row.slug === slug);
    const latest = newsletter ? await latestPublished(db, newsletter.id) : null;
    return { newsletters: lastNewsletters, latest: latest ? digestLink(latest) : undefined };
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    return { newsletters: lastNewsletters, latest: undefined };
  }
}

function notFound(response: Response): PageVariables['error'] {
  return { status: 404, requestId: String(response.locals['requestId']), latest: [] };
}
