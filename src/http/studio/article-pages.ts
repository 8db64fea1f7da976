import { type Request, type Response, Router } from 'express';
import { recordAudit } from '#src/accounts/record-audit';
import { addArticle } from '#src/articles/add-article';
import { ArticleInput } from '#src/articles/article';
import { importPage } from '#src/articles/import-page';
import { ArticlePlace, listArticles, placeOf } from '#src/articles/list-articles';
import { withdrawArticle } from '#src/articles/withdraw-article';
import type { Context } from '#src/context';
import { articleUses } from '#src/digests/article-uses';
import { Refusal } from '#src/errors';
import { asked, field, readForm } from '#src/http/studio/form';
import { type Notice, showStudio } from '#src/http/studio/show-studio';
import { actorWith, editorOf } from '#src/http/studio/signed-in';
import { studioLanguage } from '#src/http/studio/studio-language';
import type { ArticleFields } from '#src/http/studio/studio-variables';
import { studioWords } from '#src/http/studio/studio-words';
import { languages } from '#src/locales';
import { instantOf, wallTimeOf } from '#src/zone-time';

const zone = 'Asia/Jerusalem';
const pageLength = 30;

/** `/studio/articles`: the inbox from which digests are made. */
export function articlePages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  router.get('/studio/articles', (request, response) => showArticles(ctx, request, response));
  router.post('/studio/articles', readForm, (request, response) => addByUrl(ctx, request, response));
  router.get('/studio/articles/new', (request, response) => {
    const article = { ...emptyArticle, url: asked(request, 'url'), datePublished: wallTimeOf(ctx.now(), zone).slice(0, 16) };
    showStudio(ctx, request, response, { page: 'article-form', variables: { article, faults: [], languages } });
  });
  router.post('/studio/articles/new', readForm, (request, response) => addByHand(ctx, request, response));
  router.post('/studio/articles/withdrawal', readForm, async (request, response) => {
    const actor = actorWith(response, 'articles:write');
    const id = field(request, 'articleId');
    const withdrawn = field(request, 'withdrawn') === 'yes';
    await withdrawArticle(ctx, id, { withdrawn });
    await recordAudit(ctx.db, actor, withdrawn ? 'article.withdraw' : 'article.restore', `article:${id}`);
    response.redirect(303, `/studio/articles?done=${withdrawn ? 'withdrawn' : 'restored'}`);
  });
  return router;
}

interface Trouble {
  url: string;
  status: number;
  notice: Notice;
}

async function showArticles(ctx: Context, request: Request, response: Response, trouble?: Trouble): Promise<void> {
  const q = asked(request, 'q');
  const wanted = asked(request, 'use');
  const use = wanted === 'unused' || wanted === 'used' ? wanted : '';
  const found = await listArticles(ctx, {
    after: readPlace(asked(request, 'after')),
    limit: pageLength + 1,
    q: q || undefined,
    unused: use === '' ? undefined : use === 'unused',
  });
  const shown = found.slice(0, pageLength);
  const uses = await articleUses(
    ctx.db,
    shown.map(({ id }) => id),
  );
  const articles = shown.map((article) => ({ article, uses: uses.filter(({ articleId }) => articleId === article.id) }));
  const last = shown.at(-1);
  const next = found.length > pageLength && last ? Buffer.from(JSON.stringify(placeOf(last))).toString('base64url') : null;
  const { url = '', status, notice } = trouble ?? {};
  showStudio(ctx, request, response, {
    page: 'articles',
    variables: { articles, q, use, next, url },
    ...(status ? { status, notice } : {}),
  });
}

function readPlace(text: string) {
  if (!/^[\w-]{1,400}$/.test(text)) return undefined;
  try {
    return ArticlePlace.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data;
  } catch {
    return undefined;
  }
}

async function addByUrl(ctx: Context, request: Request, response: Response): Promise<void> {
  const actor = actorWith(response, 'articles:write');
  const url = field(request, 'url').trim();
  try {
    const { article } = await importPage(ctx, url);
    await recordAudit(ctx.db, actor, 'article.import', `article:${article.id}`);
    response.redirect(303, '/studio/articles?done=imported');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const words = studioWords(studioLanguage(request, editorOf(response)));
    const notice = { kind: 'refused', text: `${words.t('articles.importFailed')} ${error.faults[0]?.detail ?? error.message}` } as const;
    await showArticles(ctx, request, response, { url, status: 422, notice });
  }
}

const emptyArticle: ArticleFields = {
  headline: '',
  description: '',
  url: '',
  datePublished: '',
  articleBody: '',
  articleSection: '',
  inLanguage: '',
  kind: 'editorial',
};

async function addByHand(ctx: Context, request: Request, response: Response): Promise<void> {
  const actor = actorWith(response, 'articles:write');
  const written = Object.fromEntries(Object.keys(emptyArticle).map((name) => [name, field(request, name).trim()]));
  const article = { ...emptyArticle, ...written };
  const parsed = ArticleInput.safeParse(inputOf(article));
  if (parsed.success) {
    const stored = await addArticle(ctx, parsed.data);
    await recordAudit(ctx.db, actor, 'article.store', `article:${stored.article.id}`);
    return response.redirect(303, '/studio/articles?done=stored');
  }
  const faults = [...new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? 'headline')))];
  showStudio(ctx, request, response, { page: 'article-form', status: 422, variables: { article, faults, languages } });
}

function inputOf({ headline, description, url, datePublished, articleBody, articleSection, inLanguage, kind }: ArticleFields) {
  return {
    headline,
    description,
    kind,
    url: url || null,
    articleSection: articleSection || null,
    datePublished: instantOf(datePublished, zone)?.at.toISOString() ?? datePublished,
    articleBody: articleBody
      .split(/\n\s*\n|\n/)
      .map((paragraph) => paragraph.trim())
      .filter(Boolean),
    ...(inLanguage === '' ? {} : { inLanguage }),
  };
}
